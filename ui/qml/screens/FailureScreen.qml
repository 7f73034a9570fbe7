import QtQuick
import art
import controls
import models
import theme

// Every failure: what happened, whether money was taken, what to do now, a reference.
Page {
    id: root

    readonly property FailureFacts failure: facts as FailureFacts
    readonly property bool backToMenu: failure?.backToMenu ?? false

    cancelText: backToMenu ? qsTr("Finish") : ""
    onCancelled: kiosk.finish()
    mainText: backToMenu ? qsTr("Back to the menu") : qsTr("OK")
    mainIcon: backToMenu ? "arrow-right" : "check"
    onConfirmed: kiosk.confirm()

    Icon {
        name: "circle-alert"
        color: Theme.danger
        width: 72
        height: 72
        x: Theme.margin
        y: 144
    }

    Label {
        id: happened
        x: Theme.margin + 96
        y: 148
        width: 1088
        size: Theme.title
        weight: Font.Bold
        text: root.failure?.happened ?? ""
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Card {
        x: Theme.margin
        y: 256
        width: 1184
        height: 400

        Label {
            x: 40
            y: 32
            text: qsTr("Your money")
            size: Theme.small
            weight: Font.DemiBold
            color: Theme.soft
            lineHeight: 1.0
        }

        Label {
            id: money
            x: 40
            y: 74
            width: 1104
            size: Theme.label
            weight: Font.DemiBold
            text: root.failure?.money ?? ""
        }

        Label {
            x: 40
            y: 186
            text: qsTr("What to do now")
            size: Theme.small
            weight: Font.DemiBold
            color: Theme.soft
            lineHeight: 1.0
        }

        Label {
            x: 40
            y: 226
            width: 1104
            size: Theme.body
            text: root.failure?.now ?? ""
        }

        Label {
            visible: (root.failure?.reference ?? "") !== ""
            x: 40
            y: 336
            width: 1104
            size: Theme.small
            color: Theme.soft
            lineHeight: 1.0
            text: root.failure?.amount ? qsTr("Reference %1, for %2").arg(root.failure.reference).arg(root.failure.amount) : qsTr("Reference %1").arg(root.failure?.reference ?? "")
        }
    }

    ReceiptButton {
        stage: root.failure?.receipt ?? "none"
        onWanted: root.kiosk.printReceipt()
    }
}
