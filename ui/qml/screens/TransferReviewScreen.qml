import QtQuick
import controls
import models
import theme

// The last look before the PIN.
Page {
    id: root

    readonly property TransferReviewFacts transfer: facts as TransferReviewFacts

    account: transfer?.last4 ?? ""
    title: qsTr("Is everything right?")
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: qsTr("Continue to PIN")
    mainIcon: "arrow-right"
    onConfirmed: kiosk.confirm()

    Card {
        x: Theme.margin
        y: Theme.bodyTop
        width: 1184
        height: 452

        Label {
            x: 40
            y: 32
            text: qsTr("You send")
            color: Theme.soft
            lineHeight: 1.0
        }

        Label {
            x: 40
            y: 72
            text: root.transfer?.amount ?? ""
            size: Theme.hero
            weight: Font.Bold
            lineHeight: 1.0
        }

        Rectangle {
            x: 40
            y: 192
            width: parent.width - 80
            height: 2
            color: Theme.hairline
        }

        FactLine {
            x: 40
            y: 216
            width: parent.width - 80
            name: qsTr("To")
            value: root.transfer?.payee ?? ""
        }

        FactLine {
            x: 40
            y: 270
            width: parent.width - 80
            name: qsTr("Account")
            value: qsTr("ending %1").arg(root.transfer?.payeeLast4 ?? "")
        }

        FactLine {
            x: 40
            y: 324
            width: parent.width - 80
            name: qsTr("For")
            value: root.transfer?.text ?? ""
            lines: 3
        }
    }
}
