pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// What the device says it holds, beside what the journal says has passed.
Page {
    id: root

    readonly property MachineCountsFacts counts: facts as MachineCountsFacts
    readonly property int rows: counts?.cassettes.length ?? 0
    readonly property int rowHeight: Math.min(64, Math.floor(404 / Math.max(1, rows + 1)))
    readonly property list<int> places: [24, 200, 324, 448, 572]

    title: qsTr("Counts")
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: qsTr("Read again")
    onConfirmed: kiosk.confirm()

    Label {
        x: 400
        y: 136
        width: 832
        horizontalAlignment: Text.AlignRight
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: root.counts?.since ? qsTr("Last exchange %1").arg(root.counts.since) : qsTr("No exchange in the journal yet")
    }

    Card {
        x: Theme.margin
        y: Theme.bodyTop
        width: 712
        height: 452

        Repeater {
            model: [qsTr("Cassette"), qsTr("Loaded"), qsTr("Now"), qsTr("Gone"), qsTr("Paid")]

            Label {
                id: heading

                required property string modelData
                required property int index

                x: root.places[index]
                y: 20
                width: index === 0 ? 170 : 116
                horizontalAlignment: index === 0 ? Text.AlignLeft : Text.AlignRight
                size: Theme.small
                color: Theme.soft
                lineHeight: 1.0
                wrapMode: Text.NoWrap
                text: heading.modelData
            }
        }

        Repeater {
            model: root.counts?.cassettes ?? []

            Item {
                id: row

                required property var modelData
                required property int index

                y: 64 + index * root.rowHeight
                width: 712
                height: root.rowHeight

                Rectangle {
                    x: 24
                    width: parent.width - 48
                    height: 2
                    color: Theme.hairline
                }

                Repeater {
                    model: [row.modelData.name, row.modelData.loaded, row.modelData.count, row.modelData.gone, row.modelData.paid]

                    Label {
                        id: cell

                        required property string modelData
                        required property int index

                        x: root.places[index]
                        y: Math.max(2, Math.floor((root.rowHeight - 32) / 2))
                        width: index === 0 ? 170 : 116
                        horizontalAlignment: index === 0 ? Text.AlignLeft : Text.AlignRight
                        size: Theme.small
                        weight: index === 0 || index === 2 ? Font.DemiBold : Font.Normal
                        color: index === 4 && row.modelData.differs ? Theme.danger : Theme.ink
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                        text: cell.modelData
                    }
                }
            }
        }
    }

    Card {
        x: 776
        y: Theme.bodyTop
        width: 456
        height: 452

        Label {
            x: 24
            y: 20
            size: Theme.small
            color: Theme.soft
            lineHeight: 1.0
            text: qsTr("In all, by the device")
        }

        Label {
            x: 24
            y: 58
            width: 408
            size: Theme.figure
            weight: Font.Bold
            lineHeight: 1.0
            wrapMode: Text.NoWrap
            text: root.counts?.total ?? ""
        }

        Repeater {
            model: root.counts?.bins ?? []

            Item {
                id: bin

                required property var modelData
                required property int index

                x: 24
                y: 128 + index * 84
                width: 408
                height: 84

                Rectangle {
                    width: parent.width
                    height: 2
                    color: Theme.hairline
                }

                Label {
                    y: 10
                    size: Theme.small
                    lineHeight: 1.0
                    wrapMode: Text.NoWrap
                    text: bin.modelData.name
                }

                Label {
                    anchors.right: parent.right
                    y: 10
                    size: Theme.small
                    weight: Font.DemiBold
                    lineHeight: 1.0
                    wrapMode: Text.NoWrap
                    text: bin.modelData.device
                }

                Label {
                    anchors.right: parent.right
                    y: 45
                    visible: bin.modelData.journal !== ""
                    size: Theme.small
                    color: bin.modelData.differs ? Theme.danger : Theme.soft
                    lineHeight: 1.0
                    wrapMode: Text.NoWrap
                    text: qsTr("Journal %1").arg(bin.modelData.journal)
                }
            }
        }

        Label {
            x: 24
            y: 392
            width: 408
            visible: (root.counts?.doubt ?? "") !== ""
            size: Theme.small
            weight: Font.DemiBold
            color: Theme.danger
            lineHeight: 1.0
            wrapMode: Text.NoWrap
            text: qsTr("In doubt: %1").arg(root.counts?.doubt ?? "")
        }
    }
}
