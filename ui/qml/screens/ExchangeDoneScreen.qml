import QtQuick
import controls
import models
import theme

// The machine is at work again, and what the ledger was told.
Page {
    id: root

    readonly property ExchangeDoneFacts done: facts as ExchangeDoneFacts

    title: done?.replenish ? qsTr("Replenished") : qsTr("Balanced")
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    mainText: qsTr("Menu")
    mainIcon: "check"
    onConfirmed: kiosk.confirm()

    Card {
        x: Theme.margin
        y: Theme.bodyTop
        width: 1184
        height: 340

        FactLine {
            x: 40
            y: 36
            width: 1104
            nameWidth: 420
            name: qsTr("Counted")
            value: root.done?.found ?? ""
        }

        FactLine {
            x: 40
            y: 92
            width: 1104
            nameWidth: 420
            name: qsTr("In the cassettes now")
            value: root.done?.loaded ?? ""
        }

        FactLine {
            x: 40
            y: 148
            width: 1104
            nameWidth: 420
            name: qsTr("Difference to the ledger")
            value: root.done?.differs ? root.done.difference : qsTr("None")
        }

        FactLine {
            visible: root.done?.differs ?? false
            x: 40
            y: 204
            width: 1104
            nameWidth: 420
            name: qsTr("Case")
            value: root.done?.cases || qsTr("Follows")
        }
    }

    Message {
        x: Theme.margin
        y: 580
        width: 1184
        good: (root.done?.pending ?? 0) === 0
        text: root.done === null ? "" : root.done.pending > 0 ? qsTr("The bank does not answer just now. What was done is kept here and is booked by itself.") : qsTr("The bank has booked it.")
    }
}
