pragma ComponentBehavior: Bound
import QtQuick
import art

// Notes held out like a hand of cards.
Item {
    id: root

    property var faces: []
    readonly property int count: faces.length
    readonly property real step: count < 2 ? 0 : Math.min(96, (width - 260) / (count - 1))

    implicitWidth: 760
    implicitHeight: 230

    Repeater {
        model: root.faces

        NoteFace {
            id: face

            required property int index
            required property var modelData
            readonly property real along: root.count < 2 ? 0 : index / (root.count - 1) * 2 - 1

            value: modelData
            width: 240
            height: 120
            x: root.width / 2 - 120 + (index - (root.count - 1) / 2) * root.step
            // A single note lies where the ends of a fan lie: on the tray.
            y: 40 + (root.count < 2 ? 46 : along * along * 46)
            rotation: along * 15
        }
    }
}
