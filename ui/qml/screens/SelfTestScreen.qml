pragma ComponentBehavior: Bound
import QtQuick
import art
import controls
import models
import theme

// Each part of the machine, and how it was found: a sign, its name, and words.
Page {
    id: root

    readonly property SelfTestFacts test: facts as SelfTestFacts

    title: qsTr("Self-test")
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: qsTr("Test again")
    onConfirmed: kiosk.confirm()

    Grid {
        x: Theme.margin
        y: Theme.bodyTop
        columns: 2
        columnSpacing: 16
        rowSpacing: 12

        Repeater {
            model: root.test?.checks ?? []

            Card {
                id: card

                required property var modelData
                readonly property bool bad: modelData.verdict === "bad"
                readonly property bool watch: modelData.verdict === "watch"

                width: 584
                height: 104
                border.width: bad ? 4 : 2
                border.color: bad ? Theme.danger : Theme.hairline

                Icon {
                    x: 24
                    y: 28
                    width: 48
                    height: 48
                    name: card.bad ? "triangle-alert" : card.watch ? "circle-alert" : card.modelData.verdict === "good" ? "circle-check" : "x"
                    color: card.bad ? Theme.danger : card.modelData.verdict === "good" ? Theme.positive : Theme.soft
                }

                Label {
                    x: 96
                    y: 16
                    width: 464
                    size: Theme.body
                    weight: Font.DemiBold
                    lineHeight: 1.0
                    wrapMode: Text.NoWrap
                    text: card.modelData.part
                }

                Label {
                    x: 96
                    y: 57
                    width: 472
                    size: Theme.small
                    color: card.bad ? Theme.danger : Theme.soft
                    lineHeight: 1.0
                    wrapMode: Text.NoWrap
                    text: card.modelData.finding
                }
            }
        }
    }
}
