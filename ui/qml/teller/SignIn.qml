pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// Finger and PIN of a member of staff.
Item {
    id: root

    required property Teller teller

    signal chooseWanted

    Card {
        id: sheet
        width: 560
        height: root.teller.reader && root.teller.pictures ? 566 : 500
        anchors.centerIn: parent

        Column {
            anchors.fill: parent
            anchors.margins: 40
            spacing: 22

            DeskText {
                text: qsTr("Sign in")
                size: 34
                weight: Font.Bold
            }

            DeskText {
                width: parent.width
                text: qsTr("By your finger and your PIN. The PIN stays at this desk: the bank gets a proof of it.")
                color: Theme.soft
            }

            ReadFinger {
                teller: root.teller
            }

            Row {
                spacing: 16

                DeskButton {
                    objectName: "choosePicture"
                    visible: root.teller.pictures
                    text: root.teller.finger === "" ? qsTr("Choose a picture of your finger") : qsTr("Choose another picture")
                    enabled: !root.teller.busy
                    onClicked: root.chooseWanted()
                }

                DeskText {
                    anchors.verticalCenter: parent.verticalCenter
                    width: 170
                    text: root.teller.finger
                    size: 16
                    color: Theme.soft
                    elide: Text.ElideMiddle
                    wrapMode: Text.NoWrap
                }
            }

            DeskField {
                id: number
                width: parent.width
                label: qsTr("User name, if the finger is not enough")
                maximumLength: 64
            }

            PinField {
                width: parent.width
                label: qsTr("PIN")
                entry: root.teller.pin as PinEntry
                onAccepted: root.teller.signIn(number.text)
            }

            DeskButton {
                objectName: "signIn"
                kind: "primary"
                text: root.teller.busy ? qsTr("One moment…") : qsTr("Sign in")
                enabled: !root.teller.busy && (root.teller.pin as PinEntry).complete
                onClicked: root.teller.signIn(number.text)
            }
        }
    }
}
