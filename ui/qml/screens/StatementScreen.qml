pragma ComponentBehavior: Bound
import QtQuick
import art
import controls
import models
import theme

// A page of postings, newest first.
Page {
    id: root

    readonly property StatementFacts statement: facts as StatementFacts
    readonly property int count: statement?.lines.length ?? 0
    readonly property int lineHeight: Math.min(88, Math.floor(456 / Math.max(5, count)))
    readonly property int above: Math.floor((lineHeight - 70) / 2) + 2

    account: statement?.last4 ?? ""
    title: qsTr("Statement")
    cancelText: qsTr("Finish")
    onCancelled: kiosk.finish()
    backText: qsTr("Back")
    onWentBack: kiosk.back()

    Label {
        x: 660
        y: 136
        width: 572
        horizontalAlignment: Text.AlignRight
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: root.statement?.held ?? ""
    }

    Card {
        x: Theme.margin
        y: Theme.bodyTop - 12
        width: 1184
        height: Theme.bodyBottom - y

        Label {
            visible: root.count === 0
            x: 40
            y: 40
            text: qsTr("Nothing has come or gone yet.")
        }

        Column {
            x: 32
            y: 6
            width: parent.width - 64

            Repeater {
                model: root.statement?.lines ?? []

                Item {
                    id: line

                    required property var modelData
                    required property int index

                    width: parent?.width ?? 0
                    height: root.lineHeight

                    Rectangle {
                        visible: line.index > 0
                        width: parent.width
                        height: 2
                        color: Theme.hairline
                    }

                    Label {
                        y: root.above + 2
                        width: 120
                        text: line.modelData.day
                        size: Theme.small
                        color: Theme.soft
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                    }

                    Label {
                        x: 136
                        y: root.above
                        width: 560
                        text: line.modelData.kind
                        weight: Font.DemiBold
                        size: Theme.body
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                    }

                    Label {
                        x: 136
                        y: root.above + 35
                        width: 700
                        text: line.modelData.about
                        size: Theme.small
                        color: Theme.soft
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                    }

                    Label {
                        anchors.right: parent.right
                        y: root.above
                        text: line.modelData.amount
                        weight: Font.DemiBold
                        size: Theme.body
                        color: line.modelData.income ? Theme.positive : Theme.ink
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                    }

                    Label {
                        anchors.right: parent.right
                        y: root.above + 35
                        text: qsTr("Balance %1").arg(line.modelData.balance)
                        size: Theme.small
                        color: Theme.soft
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                    }
                }
            }
        }
    }

    Button {
        visible: root.statement?.hasNewer ?? false
        x: 728
        y: Theme.footerTop
        width: 240
        icon: "chevron-left"
        text: qsTr("Newer")
        onClicked: root.kiosk.newer()
    }

    Button {
        visible: root.statement?.hasOlder ?? false
        x: 992
        y: Theme.footerTop
        width: 240
        icon: "chevron-right"
        iconAfter: true
        text: qsTr("Older")
        onClicked: root.kiosk.older()
    }
}
