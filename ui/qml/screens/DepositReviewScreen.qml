import QtQuick
import controls
import models
import theme

// All notes are counted and held: pay them in, add more, or have them back.
Page {
    id: root

    readonly property DepositReviewFacts deposit: facts as DepositReviewFacts

    account: deposit?.last4 ?? ""
    title: qsTr("Is this right?")
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    mainText: qsTr("Pay in %1").arg(deposit?.total ?? "")
    mainIcon: "check"
    onConfirmed: kiosk.confirm()

    Label {
        id: about
        x: Theme.margin
        y: Theme.bodyTop
        width: 540
        text: qsTr("Your notes are held until you decide. Paid in, they are in your account at once.")
    }

    Message {
        x: Theme.margin
        y: about.y + about.height + 24
        width: 540
        text: {
            const returned = root.deposit?.returned ?? 0;
            if (returned === 0)
                return "";
            return returned === 1 ? qsTr("1 note was handed back.") : qsTr("%1 notes were handed back.").arg(returned);
        }
    }

    Button {
        x: Theme.margin
        y: 448
        width: 540
        icon: "plus"
        text: qsTr("Add more notes")
        onClicked: root.kiosk.addMore()
    }

    Button {
        x: Theme.margin
        y: 552
        width: 540
        icon: "banknote-arrow-up"
        text: qsTr("Give my notes back")
        onClicked: root.kiosk.back()
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
