pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// Search on the left, the customer on the right.
Item {
    id: root

    required property Teller teller

    Card {
        id: left
        width: 380
        height: root.height

        Column {
            id: find
            x: 24
            y: 24
            width: parent.width - 48
            spacing: 12

            DeskField {
                id: text
                objectName: "search"
                width: parent.width
                label: qsTr("Name, phone, user name or account")
                focus: true
                maximumLength: 64
                onAccepted: root.teller.search(text.text)
            }

            Row {
                spacing: 12

                DeskButton {
                    objectName: "find"
                    kind: "primary"
                    text: qsTr("Find")
                    enabled: !root.teller.busy
                    onClicked: root.teller.search(text.text)
                }

                DeskButton {
                    objectName: "newCustomer"
                    text: qsTr("New customer")
                    enabled: !root.teller.busy
                    onClicked: root.teller.newCustomer()
                }
            }
        }

        ListView {
            id: list
            anchors.top: find.bottom
            anchors.topMargin: 16
            anchors.bottom: hint.top
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.margins: 12
            clip: true
            spacing: 4
            model: root.teller.found

            delegate: Pressable {
                id: row

                required property var modelData

                width: list.width
                height: 64
                corner: 10
                name: modelData.name
                onClicked: root.teller.open(modelData.customer)

                Rectangle {
                    anchors.fill: parent
                    radius: 10
                    color: row.modelData.customer === root.teller.customerId ? Theme.pressed : row.down ? Theme.sand : "transparent"
                }

                DeskText {
                    x: 14
                    y: 8
                    text: row.modelData.name
                    weight: Font.DemiBold
                }

                DeskText {
                    x: 14
                    y: 34
                    width: parent.width - 28
                    text: row.modelData.userName + " · " + row.modelData.phone
                    size: 15
                    color: Theme.soft
                    elide: Text.ElideRight
                    wrapMode: Text.NoWrap
                }
            }
        }

        DeskText {
            id: hint
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 16
            x: 24
            width: parent.width - 48
            visible: root.teller.more
            height: root.teller.more ? 20 : 0
            text: qsTr("There are more: type more of the name.")
            size: 15
            color: Theme.soft
        }
    }

    Card {
        visible: root.teller.customerId !== ""
        x: 404
        width: root.width - 404
        height: root.height

        Flickable {
            anchors.fill: parent
            anchors.margins: 24
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            contentHeight: facts.height

            Column {
                id: facts
                width: parent.width
                spacing: 14

                Row {
                    spacing: 16

                    DeskText {
                        text: root.teller.customer
                        size: 30
                        weight: Font.Bold
                    }

                    DeskText {
                        visible: root.teller.pinLocked
                        anchors.verticalCenter: parent.verticalCenter
                        text: qsTr("PIN locked")
                        weight: Font.DemiBold
                        color: Theme.danger
                    }

                    DeskButton {
                        objectName: "resetPin"
                        text: root.teller.resetState === "" ? qsTr("Reset PIN") : root.teller.resetState === "waiting" ? qsTr("Reset PIN: waits for a second person") : qsTr("Reset PIN: choose a new one")
                        kind: root.teller.resetState === "" ? "plain" : "primary"
                        enabled: !root.teller.busy
                        onClicked: root.teller.resetPin()
                    }

                    DeskButton {
                        objectName: "changePin"
                        visible: !root.teller.pinLocked && root.teller.resetState === ""
                        text: qsTr("Change PIN")
                        enabled: !root.teller.busy
                        onClicked: root.teller.changePin()
                    }
                }

                Flow {
                    width: parent.width
                    spacing: 24

                    Repeater {
                        model: root.teller.details

                        Row {
                            id: fact

                            required property var modelData

                            spacing: 8

                            DeskText {
                                text: ({
                                        "user_name": qsTr("User name"),
                                        "phone": qsTr("Phone"),
                                        "email": qsTr("E-mail"),
                                        "address": qsTr("Address"),
                                        "national_id": qsTr("National id"),
                                        "gender": qsTr("Gender"),
                                        "since": qsTr("Customer since"),
                                        "fingers": qsTr("Impressions enrolled")
                                    })[fact.modelData.field] ?? ""
                                size: 16
                                color: Theme.soft
                            }

                            DeskText {
                                text: fact.modelData.value
                                size: 16
                                weight: Font.DemiBold
                            }
                        }
                    }
                }

                Accounts {
                    width: parent.width
                    teller: root.teller
                }

                Postings {
                    width: parent.width
                    teller: root.teller
                    visible: root.teller.statementOf !== ""
                }
            }
        }
    }

    DeskText {
        visible: root.teller.customerId === ""
        x: 404
        width: root.width - 404
        anchors.verticalCenter: parent.verticalCenter
        horizontalAlignment: Text.AlignHCenter
        text: qsTr("Find a customer, or sign up a new one.")
        size: 22
        color: Theme.soft
    }
}
