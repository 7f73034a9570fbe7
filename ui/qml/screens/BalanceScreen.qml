import QtQuick
import controls
import models
import theme

// Shown only when asked: what is free to use, large; then how it comes about.
Page {
    id: root

    readonly property BalanceFacts balance: facts as BalanceFacts

    account: balance?.last4 ?? ""
    title: qsTr("Your balance")
    cancelText: qsTr("Finish")
    onCancelled: kiosk.finish()
    backText: qsTr("Back")
    onWentBack: kiosk.back()

    Card {
        x: Theme.margin
        y: Theme.bodyTop
        width: 1184
        height: root.balance?.hasHeld ? 452 : 272

        Label {
            x: 48
            y: 48
            text: root.balance?.hasHeld ? qsTr("Free to use now") : qsTr("In your account")
            size: Theme.label
            color: Theme.soft
            lineHeight: 1.0
        }

        Label {
            x: 48
            y: 100
            text: root.balance?.available ?? ""
            size: 120
            weight: Font.Bold
            lineHeight: 1.0
            font.letterSpacing: -2
        }

        Rectangle {
            visible: root.balance?.hasHeld ?? false
            x: 48
            y: 272
            width: parent.width - 96
            height: 2
            color: Theme.hairline
        }

        FactLine {
            visible: root.balance?.hasHeld ?? false
            x: 48
            y: 304
            width: parent.width - 96
            nameWidth: 420
            name: qsTr("Booked")
            value: root.balance?.booked ?? ""
        }

        FactLine {
            visible: root.balance?.hasHeld ?? false
            x: 48
            y: 360
            width: parent.width - 96
            nameWidth: 420
            name: qsTr("Reserved for withdrawals")
            value: root.balance?.held ?? ""
        }
    }
}
