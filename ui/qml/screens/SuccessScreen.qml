import QtQuick
import art
import controls
import models
import theme

// A movement is done: what, how much, under which reference.
Page {
    id: root

    readonly property SuccessFacts done: facts as SuccessFacts
    readonly property string kind: done?.kind ?? ""

    account: kind === "signup" ? "" : (done?.last4 ?? "")
    cancelText: kind === "signup" ? "" : qsTr("Finish")
    onCancelled: kiosk.finish()
    mainText: kind === "signup" ? qsTr("Continue") : qsTr("Do something else")
    mainIcon: "arrow-right"
    onConfirmed: kiosk.confirm()

    Guilloche {
        width: 420
        height: 420
        x: 812
        y: 186
        hollow: 0.5
        stroke: 0.8
        color: Theme.contrast ? Theme.ridge : "#A9CDB9"
    }

    Icon {
        name: "check"
        color: Theme.positive
        width: 120
        height: 120
        x: 962
        y: 336
    }

    Label {
        id: heading
        x: Theme.margin
        y: 168
        width: 720
        size: Theme.display
        weight: Font.Bold
        lineHeight: 0.94
        Accessible.role: Accessible.Heading
        Accessible.name: text
        text: {
            if (root.kind === "withdraw")
                return qsTr("%1 taken").arg(root.done.amount);
            if (root.kind === "deposit")
                return qsTr("%1 paid in").arg(root.done.amount);
            if (root.kind === "transfer")
                return qsTr("%1 sent").arg(root.done.amount);
            return qsTr("Welcome to %1").arg(root.kiosk.brand);
        }
    }

    Label {
        id: about
        x: Theme.margin
        y: heading.y + heading.height + 20
        width: 700
        size: Theme.label
        color: Theme.soft
        text: {
            if (root.kind === "withdraw")
                return qsTr("From your account ending %1.").arg(root.done.last4);
            if (root.kind === "deposit")
                return qsTr("Into your account ending %1.").arg(root.done.last4);
            if (root.kind === "transfer")
                return qsTr("To %1").arg(root.done.payee);
            return qsTr("From now on your finger and your PIN are enough.");
        }
    }

    Column {
        x: Theme.margin
        y: about.y + about.height + 40
        width: 720
        spacing: 12

        FactLine {
            visible: root.kind === "signup"
            width: parent.width
            nameWidth: 260
            name: qsTr("Account number")
            value: root.done?.number ?? ""
        }

        FactLine {
            visible: root.kind === "signup"
            width: parent.width
            nameWidth: 260
            name: qsTr("User name")
            value: root.done?.userName ?? ""
        }

        FactLine {
            visible: root.kind === "signup" && (root.done?.hasAmount ?? false)
            width: parent.width
            nameWidth: 260
            name: qsTr("Opening credit")
            value: root.done?.amount ?? ""
        }

        FactLine {
            visible: (root.done?.reference ?? "") !== ""
            width: parent.width
            nameWidth: 260
            name: qsTr("Reference")
            value: root.done?.reference ?? ""
        }
    }

    ReceiptButton {
        stage: root.done?.receipt ?? "none"
        onWanted: root.kiosk.printReceipt()
    }
}
