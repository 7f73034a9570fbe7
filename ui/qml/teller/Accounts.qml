pragma ComponentBehavior: Bound
import QtQuick
import models
import theme

// A customer's accounts, and what can be done with each.
Column {
    id: root

    required property Teller teller

    spacing: 6

    Row {
        spacing: 16

        DeskText {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Accounts")
            size: 20
            weight: Font.Bold
        }

        DeskButton {
            objectName: "openAccount"
            text: qsTr("Open another account")
            enabled: !root.teller.busy
            onClicked: root.teller.askOpenAccount()
        }
    }

    Repeater {
        model: root.teller.accounts

        Rectangle {
            id: row

            required property var modelData
            readonly property bool shown: modelData.number === root.teller.statementOf

            width: root.width
            height: 60
            radius: 10
            color: shown ? Theme.sand : "transparent"
            border.width: 1
            border.color: Theme.hairline

            DeskText {
                x: 14
                y: 7
                text: row.modelData.number
                weight: Font.DemiBold
            }

            DeskText {
                x: 14
                y: 33
                text: row.modelData.open ? row.modelData.name : qsTr("%1, closed").arg(row.modelData.name)
                size: 15
                color: Theme.soft
            }

            DeskText {
                x: 230
                width: 190
                y: 7
                horizontalAlignment: Text.AlignRight
                text: row.modelData.booked
                weight: Font.DemiBold
            }

            DeskText {
                x: 230
                width: 190
                y: 33
                horizontalAlignment: Text.AlignRight
                visible: row.modelData.held !== ""
                text: qsTr("%1 reserved").arg(row.modelData.held)
                size: 15
                color: Theme.soft
            }

            Row {
                anchors.right: parent.right
                anchors.rightMargin: 8
                anchors.verticalCenter: parent.verticalCenter
                spacing: 8

                DeskButton {
                    objectName: "transactions"
                    text: qsTr("Transactions")
                    enabled: !root.teller.busy
                    onClicked: root.teller.statement(row.modelData.number)
                }

                DeskButton {
                    objectName: "closeAccount"
                    kind: "danger"
                    text: qsTr("Close")
                    visible: row.modelData.open
                    enabled: !root.teller.busy
                    onClicked: root.teller.askCloseAccount(row.modelData.number)
                }
            }
        }
    }
}
