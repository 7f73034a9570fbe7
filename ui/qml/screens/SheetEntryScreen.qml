pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// The count sheet: what was found in each cassette, what is in it now, and what the bins held.
Page {
    id: root

    readonly property SheetEntryFacts sheet: facts as SheetEntryFacts
    readonly property bool replenish: sheet?.replenish ?? false

    function digit(value: string): void {
        kiosk.sheetText((root.sheet?.text ?? "") + value);
    }

    title: replenish ? qsTr("Replenish: count sheet") : qsTr("Balance: count sheet")
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    backText: qsTr("Menu")
    onWentBack: kiosk.back()
    mainText: sheet?.whole ? qsTr("Review") : qsTr("Next field")
    mainIcon: sheet?.whole ? "check" : "arrow-right"
    onConfirmed: kiosk.confirm()
    Keys.onPressed: event => {
        if (event.key >= Qt.Key_0 && event.key <= Qt.Key_9)
            root.digit(String(event.key - Qt.Key_0));
        else if (event.key === Qt.Key_Backspace)
            root.kiosk.sheetText(root.sheet?.shorter ?? "");
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            root.kiosk.confirm();
    }

    Label {
        x: 240
        y: Theme.bodyTop - 8
        width: 196
        horizontalAlignment: Text.AlignHCenter
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: qsTr("Found")
    }

    Label {
        visible: root.replenish
        x: 452
        y: Theme.bodyTop - 8
        width: 196
        horizontalAlignment: Text.AlignHCenter
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: qsTr("In it now")
    }

    Repeater {
        model: root.sheet?.lines ?? []

        Item {
            id: line

            required property var modelData
            required property int index

            x: Theme.margin
            y: Theme.bodyTop + 30 + index * 82
            width: 640
            height: 70

            Label {
                y: 18
                size: Theme.body
                weight: Font.DemiBold
                lineHeight: 1.0
                wrapMode: Text.NoWrap
                text: line.modelData.name
            }

            SheetField {
                x: 192
                name: qsTr("%1, found").arg(line.modelData.name)
                text: line.modelData.found
                chosen: root.sheet?.at === line.modelData.foundAt
                wrong: line.modelData.above
                onClicked: root.kiosk.sheetField(line.modelData.foundAt)
            }

            SheetField {
                visible: line.modelData.loadedAt >= 0
                x: 404
                name: qsTr("%1, in it now").arg(line.modelData.name)
                text: line.modelData.loaded
                chosen: root.sheet?.at === line.modelData.loadedAt
                wrong: line.modelData.above
                onClicked: root.kiosk.sheetField(line.modelData.loadedAt)
            }
        }
    }

    Item {
        x: Theme.margin
        y: Theme.bodyTop + 30 + Math.min(4, root.sheet?.lines.length ?? 0) * 82
        width: 640
        height: 70

        Label {
            y: 18
            size: Theme.body
            weight: Font.DemiBold
            lineHeight: 1.0
            wrapMode: Text.NoWrap
            text: qsTr("Bins, sum")
        }

        SheetField {
            x: 192
            width: root.replenish ? 408 : 196
            name: qsTr("Sum of reject, retract and deposit bin")
            text: root.sheet?.bins ?? ""
            chosen: root.sheet?.at === root.sheet?.binsAt
            onClicked: root.kiosk.sheetField(root.sheet?.binsAt ?? 0)
        }
    }

    Message {
        x: 720
        y: 128
        width: 512
        text: root.sheet?.problem ?? ""
    }

    Keypad {
        x: 720
        y: Theme.bodyTop
        width: 512
        height: 452
        any: (root.sheet?.text ?? "") !== ""
        onDigit: value => root.digit(value)
        onBackspace: root.kiosk.sheetText(root.sheet?.shorter ?? "")
        onClear: root.kiosk.sheetText("")
    }
}
