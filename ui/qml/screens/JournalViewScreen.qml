pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// A page of the machine's journal, newest first: nothing of any customer's stands in it.
Page {
    id: root

    readonly property JournalViewFacts journal: facts as JournalViewFacts
    readonly property list<int> places: [0, 120, 344, 506, 752, 940]
    readonly property list<int> widths: [112, 214, 156, 240, 180, 196]

    title: qsTr("Journal")
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    backText: qsTr("Back")
    onWentBack: kiosk.back()

    Label {
        x: 800
        y: 136
        width: 432
        horizontalAlignment: Text.AlignRight
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: qsTr("Page %1").arg(root.journal?.page ?? 1)
    }

    Card {
        x: Theme.margin
        y: Theme.bodyTop - 12
        width: 1184
        height: 464

        Repeater {
            model: root.journal?.lines ?? []

            Item {
                id: line

                required property var modelData
                required property int index

                x: 24
                y: 8 + index * 64
                width: 1136
                height: 64

                Rectangle {
                    visible: line.index > 0
                    width: parent.width
                    height: 2
                    color: Theme.hairline
                }

                Repeater {
                    model: [line.modelData.seq, line.modelData.time, line.modelData.kind, line.modelData.word, line.modelData.reference, line.modelData.amount]

                    Label {
                        id: cell

                        required property string modelData
                        required property int index

                        x: root.places[index]
                        y: 16
                        width: root.widths[index]
                        horizontalAlignment: index === 5 ? Text.AlignRight : Text.AlignLeft
                        size: Theme.small
                        weight: index === 3 ? Font.DemiBold : Font.Normal
                        color: index < 2 ? Theme.soft : Theme.ink
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                        text: cell.modelData
                    }
                }
            }
        }
    }

    Button {
        visible: root.journal?.hasNewer ?? false
        x: 728
        y: Theme.footerTop
        width: 240
        icon: "chevron-left"
        text: qsTr("Newer")
        onClicked: root.kiosk.newer()
    }

    Button {
        visible: root.journal?.hasOlder ?? false
        x: 992
        y: Theme.footerTop
        width: 240
        icon: "chevron-right"
        iconAfter: true
        text: qsTr("Older")
        onClicked: root.kiosk.older()
    }
}
