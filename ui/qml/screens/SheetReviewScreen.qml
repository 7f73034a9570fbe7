pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// What was counted, beside the ledger, before two operators approve it.
Page {
    id: root

    readonly property SheetReviewFacts sheet: facts as SheetReviewFacts
    readonly property int rows: sheet?.lines.length ?? 0
    readonly property int rowHeight: Math.min(64, Math.floor(340 / Math.max(1, rows + 1)))
    readonly property list<int> places: [24, 224, 360, 496]

    title: sheet?.replenish ? qsTr("Replenish: is this right?") : qsTr("Balance: is this right?")
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    backText: qsTr("Change")
    onWentBack: kiosk.back()
    mainText: qsTr("Approve")
    mainIcon: "check"
    onConfirmed: kiosk.confirm()

    Card {
        x: Theme.margin
        y: Theme.bodyTop
        width: 640
        height: 396

        Repeater {
            model: root.sheet?.replenish ? [qsTr("Cassette"), qsTr("Found"), qsTr("Now"), qsTr("Change")] : [qsTr("Cassette"), qsTr("Found")]

            Label {
                id: heading

                required property string modelData
                required property int index

                x: root.places[index]
                y: 16
                width: index === 0 ? 190 : 124
                horizontalAlignment: index === 0 ? Text.AlignLeft : Text.AlignRight
                size: Theme.small
                color: Theme.soft
                lineHeight: 1.0
                wrapMode: Text.NoWrap
                text: heading.modelData
            }
        }

        Repeater {
            model: root.sheet?.lines ?? []

            Item {
                id: row

                required property var modelData
                required property int index

                y: 54 + index * root.rowHeight
                width: 640
                height: root.rowHeight

                Rectangle {
                    x: 24
                    width: parent.width - 48
                    height: 2
                    color: Theme.hairline
                }

                Repeater {
                    model: root.sheet?.replenish ? [row.modelData.name, row.modelData.found, row.modelData.loaded, row.modelData.change] : [row.modelData.name, row.modelData.found]

                    Label {
                        id: cell

                        required property string modelData
                        required property int index

                        x: root.places[index]
                        y: Math.max(1, Math.floor((root.rowHeight - 32) / 2))
                        width: index === 0 ? 190 : 124
                        horizontalAlignment: index === 0 ? Text.AlignLeft : Text.AlignRight
                        size: Theme.small
                        weight: index === 0 ? Font.DemiBold : Font.Normal
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                        text: cell.modelData
                    }
                }
            }
        }

        Label {
            x: 24
            y: 54 + root.rows * root.rowHeight + Math.max(1, Math.floor((root.rowHeight - 32) / 2))
            width: 592
            size: Theme.small
            lineHeight: 1.0
            wrapMode: Text.NoWrap
            text: root.sheet?.replenish ? qsTr("Bins, emptied: %1").arg(root.sheet.bins) : qsTr("Bins: %1").arg(root.sheet?.bins ?? "")
        }
    }

    Card {
        x: 720
        y: Theme.bodyTop
        width: 512
        height: 396

        Repeater {
            model: [
                {
                    "name": qsTr("Counted"),
                    "value": root.sheet?.found ?? ""
                },
                {
                    "name": qsTr("Ledger"),
                    "value": root.sheet?.ledger ?? ""
                },
                {
                    "name": qsTr("Difference"),
                    "value": root.sheet?.difference ?? ""
                },
                {
                    "name": qsTr("In it now"),
                    "value": root.sheet?.loaded ?? ""
                }
            ].slice(0, root.sheet?.replenish ? 4 : 3)

            Item {
                id: sum

                required property var modelData
                required property int index
                readonly property bool loud: index === 2

                x: 24
                y: 8 + index * 76
                width: 464
                height: 76

                Rectangle {
                    visible: sum.index > 0
                    width: parent.width
                    height: 2
                    color: Theme.hairline
                }

                Label {
                    y: 22
                    size: Theme.body
                    lineHeight: 1.0
                    weight: sum.loud ? Font.Bold : Font.Normal
                    wrapMode: Text.NoWrap
                    text: sum.modelData.name
                }

                Label {
                    anchors.right: parent.right
                    y: sum.loud ? 16 : 22
                    size: sum.loud ? 40 : Theme.body
                    weight: Font.Bold
                    color: sum.loud && root.sheet?.differs ? Theme.danger : Theme.ink
                    lineHeight: 1.0
                    wrapMode: Text.NoWrap
                    text: sum.modelData.value
                }
            }
        }

        Label {
            x: 24
            y: 322
            width: 464
            size: Theme.small
            color: Theme.soft
            lineHeight: 1.0
            text: root.sheet?.held ? qsTr("Open holds, in doubt: %1").arg(root.sheet.held) : root.sheet?.differs ? qsTr("A difference becomes a case.") : qsTr("Counted and booked agree.")
        }
    }

    Message {
        x: Theme.margin
        y: 614
        width: 1184
        text: root.sheet?.problem ?? ""
    }
}
