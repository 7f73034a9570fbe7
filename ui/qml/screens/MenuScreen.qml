pragma ComponentBehavior: Bound
import QtQuick
import art
import controls
import models
import theme

// What would you like to do? Deep green only where cash is.
Page {
    id: root

    readonly property MenuFacts menu: facts as MenuFacts

    account: menu?.last4 ?? ""
    title: qsTr("What would you like to do, %1?").arg(menu?.firstName ?? "")
    cancelText: qsTr("Finish")
    onCancelled: kiosk.finish()

    Rectangle {
        x: Theme.margin
        y: Theme.bodyTop
        width: 480
        height: 452
        radius: Theme.cardRadius
        color: Theme.deep
        border.width: Theme.contrast ? 2 : 0
        border.color: Theme.border

        Guilloche {
            width: 108
            height: 108
            x: parent.width - width - 24
            y: 16
            hollow: 0.3
            stroke: 0.8
            color: Theme.ridge
            visible: !Theme.contrast && (root.menu?.canWithdraw ?? false)
        }

        Label {
            x: 32
            y: 32
            text: qsTr("Take cash")
            size: Theme.title
            weight: Font.Bold
            color: Theme.deepInk
            wrapMode: Text.NoWrap
            lineHeight: 1.0
        }

        Label {
            x: 32
            y: 92
            text: root.menu?.canWithdraw ? qsTr("You see the notes first") : qsTr("Not possible just now")
            size: Theme.small
            color: Theme.deepSoft
            wrapMode: Text.NoWrap
            lineHeight: 1.0
        }

        Guilloche {
            visible: !Theme.contrast && !(root.menu?.canWithdraw ?? false)
            width: 272
            height: 272
            x: (parent.width - width) / 2
            y: 152
            hollow: 0.4
            color: Theme.engraving
        }

        Grid {
            x: 24
            y: 148
            columns: 2
            spacing: 16

            Repeater {
                model: root.menu?.canWithdraw ? root.menu.quick : []

                Button {
                    required property var modelData

                    width: 208
                    height: 84
                    kind: "raised"
                    size: 42
                    text: modelData.text
                    onClicked: root.kiosk.quickAmount(modelData.minor)
                }
            }
        }

        Button {
            x: 24
            y: 348
            width: 432
            height: 80
            kind: "raised"
            icon: "chevron-right"
            iconAfter: true
            text: qsTr("Another amount")
            visible: root.menu?.canWithdraw ?? false
            onClicked: root.kiosk.choose("withdraw")
        }
    }

    Grid {
        x: 548
        y: Theme.bodyTop
        columns: 2
        spacing: 20

        Tile {
            icon: "banknote-arrow-down"
            text: qsTr("Deposit")
            about: root.menu?.canDeposit ? qsTr("Put notes in") : qsTr("Not just now")
            enabled: root.menu?.canDeposit ?? false
            onClicked: root.kiosk.choose("deposit")
        }

        Tile {
            icon: "arrow-left-right"
            text: qsTr("Transfer")
            about: qsTr("To an account here")
            onClicked: root.kiosk.choose("transfer")
        }

        Tile {
            icon: "eye"
            text: qsTr("Balance")
            about: qsTr("Shown on screen")
            onClicked: root.kiosk.choose("balance")
        }

        Tile {
            icon: "receipt-text"
            text: qsTr("Statement")
            about: qsTr("What came and went")
            onClicked: root.kiosk.choose("statement")
        }
    }

    Segmented {
        visible: texts.length > 1 && (root.menu?.problem ?? "") === ""
        x: 548
        y: Theme.footerTop + 2
        width: 684
        texts: (root.menu?.accounts ?? []).map(one => root.menu.accounts.length > 3 ? one.last4 : qsTr("%1 %2").arg(one.name).arg(one.last4))
        chosen: (root.menu?.accounts ?? []).findIndex(one => one.chosen)
        onPicked: index => root.kiosk.selectAccount(root.menu.accounts[index].number)
    }

    Message {
        x: 280
        y: Theme.footerTop + 8
        width: 952
        text: root.menu?.problem ?? ""
    }
}
