pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// The slot is open: put notes in, and see each one counted.
Page {
    id: root

    readonly property DepositInsertFacts deposit: facts as DepositInsertFacts

    account: deposit?.last4 ?? ""
    title: qsTr("Put your notes in")
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    mainText: (deposit?.count ?? 0) > 0 ? qsTr("That is all") : qsTr("Waiting for notes")
    mainIcon: (deposit?.count ?? 0) > 0 ? "check" : ""
    mainEnabled: (deposit?.count ?? 0) > 0
    onConfirmed: kiosk.notesIn()

    Label {
        id: how
        x: Theme.margin
        y: Theme.bodyTop
        width: 540
        size: Theme.body
        text: qsTr("Lay them into the lit slot, flat and without clips. We take %1.").arg(root.deposit?.accepts ?? "")
    }

    Label {
        id: limit
        x: Theme.margin
        y: how.y + how.height + 16
        width: 540
        size: Theme.body
        color: Theme.soft
        text: qsTr("At most %1 notes and %2 at once.").arg(root.deposit?.mostNotes ?? 0).arg(root.deposit?.most ?? "")
    }

    NoteFan {
        visible: message.text === "" && returned.text === ""
        x: 48
        y: 424
        width: 540
        faces: root.deposit?.faces ?? []
    }

    Message {
        id: message
        x: Theme.margin
        y: limit.y + limit.height + 32
        width: 540
        text: root.deposit?.problem ?? ""
    }

    Message {
        id: returned
        x: Theme.margin
        y: message.text === "" ? message.y : message.y + message.height + 24
        width: 540
        text: {
            const returned = root.deposit?.returned ?? 0;
            if (returned === 0)
                return "";
            return returned === 1 ? qsTr("1 note was handed back: take it from the slot.") : qsTr("%1 notes were handed back: take them from the slot.").arg(returned);
        }
    }

    CountCard {
        x: 660
        y: 120
        width: 572
        height: 536
        total: root.deposit?.total ?? ""
        notes: root.deposit?.count ?? 0
        rows: root.deposit?.counted ?? []
    }
}
