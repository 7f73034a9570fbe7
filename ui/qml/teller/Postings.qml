pragma ComponentBehavior: Bound
import QtQuick
import models
import theme

// What came and went on one account, newest first.
Column {
    id: root

    required property Teller teller

    spacing: 4

    Row {
        spacing: 16

        DeskText {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Transactions of %1").arg(root.teller.statementOf)
            size: 20
            weight: Font.Bold
        }

        DeskButton {
            objectName: "older"
            text: qsTr("Older")
            visible: root.teller.older
            enabled: !root.teller.busy
            onClicked: root.teller.olderPostings()
        }

        DeskButton {
            objectName: "newest"
            text: qsTr("Newest")
            enabled: !root.teller.busy
            onClicked: root.teller.statement(root.teller.statementOf)
        }
    }

    DeskText {
        visible: root.teller.postings.length === 0
        text: qsTr("Nothing has been booked.")
        color: Theme.soft
    }

    Repeater {
        model: root.teller.postings

        Item {
            id: row

            required property var modelData

            width: root.width
            height: 28

            DeskText {
                width: 110
                text: row.modelData.date
                size: 16
                color: Theme.soft
            }

            DeskText {
                x: 118
                width: root.width - 118 - 300
                text: row.modelData.counterparty === "" ? row.modelData.text : row.modelData.text + " · " + row.modelData.counterparty
                size: 16
                elide: Text.ElideRight
                wrapMode: Text.NoWrap
            }

            DeskText {
                x: root.width - 300
                width: 145
                horizontalAlignment: Text.AlignRight
                text: row.modelData.amount
                size: 16
                weight: Font.DemiBold
                color: row.modelData.out ? Theme.ink : Theme.positive
            }

            DeskText {
                x: root.width - 150
                width: 145
                horizontalAlignment: Text.AlignRight
                text: row.modelData.balance
                size: 16
                color: Theme.soft
            }
        }
    }
}
