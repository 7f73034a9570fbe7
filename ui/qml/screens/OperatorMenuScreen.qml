pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// What an operator may do at the machine.
Page {
    id: root

    readonly property OperatorMenuFacts menu: facts as OperatorMenuFacts
    readonly property bool open: (menu?.exchange ?? "") !== ""

    title: qsTr("Service: %1").arg(menu?.firstName ?? "")
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()

    Label {
        x: 500
        y: 136
        width: 732
        horizontalAlignment: Text.AlignRight
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: {
            const state = root.open ? qsTr("Exchange open") : root.menu?.closed ? qsTr("Out of service") : qsTr("In service");
            const pending = root.menu?.pending ?? 0;
            return state + "  ·  " + (pending > 0 ? qsTr("%1 advices wait for the bank").arg(pending) : qsTr("nothing pending"));
        }
    }

    Grid {
        x: Theme.margin
        y: Theme.bodyTop
        columns: 3
        columnSpacing: Theme.gap
        rowSpacing: 12

        Repeater {
            model: [
                {
                    "what": "counts",
                    "icon": "banknote",
                    "text": qsTr("Counts"),
                    "about": qsTr("Device beside journal")
                },
                root.open ? {
                    "what": root.menu?.exchange,
                    "icon": "arrow-right",
                    "text": qsTr("Go on"),
                    "about": root.menu?.exchange === "balance" ? qsTr("With the balance") : qsTr("With the exchange")
                } : {
                    "what": "replenish",
                    "icon": "banknote-arrow-down",
                    "text": qsTr("Replenish"),
                    "about": qsTr("Count, fill, two approve")
                },
                root.open ? {
                    "what": "give_up",
                    "icon": "x",
                    "text": qsTr("Give up"),
                    "about": qsTr("Nothing was changed")
                } : {
                    "what": "balance",
                    "icon": "arrow-left-right",
                    "text": qsTr("Balance"),
                    "about": qsTr("Count beside the ledger")
                },
                {
                    "what": "self_test",
                    "icon": "circle-check",
                    "text": qsTr("Self-test"),
                    "about": qsTr("Every part of the machine")
                },
                {
                    "what": "journal",
                    "icon": "receipt-text",
                    "text": qsTr("Journal"),
                    "about": qsTr("No customer's data")
                },
                root.menu?.closed ? {
                    "what": "in_service",
                    "icon": "check",
                    "text": qsTr("Into service"),
                    "about": qsTr("Serve customers again")
                } : {
                    "what": "out_of_service",
                    "icon": "lock",
                    "text": qsTr("Out of service"),
                    "about": qsTr("Until it is put back")
                }
            ]

            Tile {
                id: tile

                required property var modelData

                objectName: "choice_" + modelData.what
                width: 384
                height: 212
                icon: modelData.icon
                text: modelData.text
                about: modelData.about
                onClicked: root.kiosk.choose(tile.modelData.what)
            }
        }
    }

    Message {
        x: Theme.margin
        y: 642
        width: 1184
        text: root.menu?.problem ?? ""
    }

    Button {
        visible: root.menu?.canReboot ?? false
        x: 568
        y: Theme.footerTop
        width: 384
        size: Theme.body
        icon: "wrench"
        text: qsTr("Restart computer")
        onClicked: root.kiosk.choose("reboot")
    }

    Button {
        x: 968
        y: Theme.footerTop
        width: 264
        size: Theme.body
        icon: "wrench"
        text: qsTr("Restart")
        onClicked: root.kiosk.choose("restart")
    }
}
