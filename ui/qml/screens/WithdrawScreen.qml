pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// How much, and in which notes: the notes are always shown before "Take".
Page {
    id: root

    readonly property WithdrawFacts cash: facts as WithdrawFacts
    readonly property bool typing: cash?.typing ?? false

    account: cash?.last4 ?? ""
    title: qsTr("How much cash?")
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: cash?.payable ? qsTr("Take %1").arg(cash.amount) : qsTr("Take cash")
    mainIcon: cash?.payable ? "check" : ""
    mainEnabled: cash?.payable ?? false
    onConfirmed: kiosk.confirm()

    Grid {
        id: offers
        visible: !root.typing
        x: Theme.margin
        y: Theme.bodyTop
        columns: 3
        spacing: 16

        Repeater {
            model: root.cash?.offered ?? []

            Choice {
                required property var modelData

                width: 177
                text: modelData.text
                chosen: modelData.chosen
                size: chosen ? 38 : 42
                onClicked: root.kiosk.pickAmount(modelData.minor)
            }
        }
    }

    Button {
        visible: !root.typing
        x: Theme.margin
        y: Theme.bodyTop + 192
        width: 563
        height: 80
        text: qsTr("Another amount")
        icon: "chevron-right"
        iconAfter: true
        onClicked: root.kiosk.typeAmount("")
    }

    Label {
        visible: !root.typing && mixes.visible
        x: Theme.margin
        y: 520
        text: qsTr("Which notes?")
        size: Theme.small
        weight: Font.DemiBold
        lineHeight: 1.0
    }

    Segmented {
        id: mixes
        visible: !root.typing && texts.length > 1
        x: Theme.margin
        y: 568
        width: 563
        texts: root.cash?.mixes ?? []
        chosen: root.cash?.mix ?? 0
        onPicked: index => root.kiosk.pickMix(root.cash.mixNames[index])
    }

    Keypad {
        visible: root.typing
        x: Theme.margin
        y: Theme.bodyTop
        width: 563
        height: 452
        any: (root.cash?.typed ?? "") !== ""
        onDigit: value => {
            if (root.cash.typed.length < 6)
                root.kiosk.typeAmount(root.cash.typed + value);
        }
        onBackspace: root.kiosk.typeAmount(root.cash.typed.slice(0, -1))
        onClear: root.kiosk.typeAmount("")
    }

    Card {
        x: 660
        y: 120
        width: 572
        height: 536

        Label {
            x: 32
            y: 28
            text: root.cash?.payable ? qsTr("You will receive") : qsTr("The amount")
            color: Theme.soft
            lineHeight: 1.0
        }

        Label {
            id: sum
            x: 32
            y: 68
            size: Theme.hero
            weight: Font.Bold
            lineHeight: 1.0
            text: root.typing ? root.cash.typedShown : (root.cash?.amount ?? "")
            visible: text !== ""
        }

        Rectangle {
            x: 32
            y: 176
            width: parent.width - 64
            height: 2
            color: Theme.hairline
        }

        Column {
            visible: root.cash?.payable ?? false
            x: 32
            y: 194
            width: parent.width - 64
            spacing: message.visible ? 4 : 12

            Repeater {
                model: root.cash?.notes ?? []

                NoteRow {
                    required property var modelData

                    width: parent?.width ?? 0
                    small: message.visible
                    value: modelData.value
                    count: modelData.count
                    text: modelData.name
                    sum: modelData.sum
                }
            }
        }

        Label {
            visible: !(root.cash?.payable ?? false)
            x: 32
            y: 200
            width: parent.width - 64
            color: Theme.soft
            text: root.typing ? qsTr("Enter an amount from %1 to %2. The notes appear here.").arg(root.cash.smallest).arg(root.cash.most) : qsTr("Choose an amount. The notes appear here before you take them.")
        }

        Message {
            id: message
            x: 32
            y: parent.height - 24 - height
            width: parent.width - 64
            text: root.cash?.problem ?? ""
        }

        Label {
            visible: (root.cash?.problem ?? "") === "" && (root.cash?.leftToday ?? "") !== ""
            x: 32
            y: parent.height - 28 - height
            width: parent.width - 64
            size: Theme.small
            color: Theme.soft
            lineHeight: 1.0
            text: qsTr("Up to %1 today, %2 at once.").arg(root.cash?.leftToday ?? "").arg(root.cash?.most ?? "")
        }
    }
}
