import QtQuick
import controls
import models
import theme

// The PIN once more, for an act that changes an account.
Rectangle {
    id: root

    required property Teller teller
    readonly property bool opens: teller.act === "open_account"

    visible: teller.act !== ""
    color: Theme.scrim

    onVisibleChanged: {
        name.text = "";
        if (visible)
            (opens ? name : pin).forceActiveFocus();
    }

    MouseArea {
        anchors.fill: parent
    }

    Card {
        width: 520
        height: root.opens ? 400 : 320
        anchors.centerIn: parent

        Column {
            anchors.fill: parent
            anchors.margins: 36
            spacing: 20

            DeskText {
                width: parent.width
                text: root.opens ? qsTr("Open another account for %1").arg(root.teller.customer) : qsTr("Close account %1").arg(root.teller.actNumber)
                size: 24
                weight: Font.Bold
            }

            DeskField {
                id: name
                width: parent.width
                visible: root.opens
                label: qsTr("Name of the account")
                maximumLength: 40
                onAccepted: pin.forceActiveFocus()
            }

            PinField {
                id: pin
                width: parent.width
                label: qsTr("Your PIN")
                entry: root.teller.pin as PinEntry
                onAccepted: root.teller.confirmAct(name.text)
            }

            Row {
                spacing: 14

                DeskButton {
                    objectName: "giveUp"
                    text: qsTr("Leave it")
                    onClicked: root.teller.giveUp()
                }

                DeskButton {
                    objectName: "confirmAct"
                    kind: root.opens ? "primary" : "danger"
                    text: root.opens ? qsTr("Open the account") : qsTr("Close the account")
                    enabled: (root.teller.pin as PinEntry).complete
                    onClicked: root.teller.confirmAct(name.text)
                }
            }
        }
    }
}
