pragma ComponentBehavior: Bound
import QtQuick
import art

// Notes of one value, lying one over another; at most four are drawn, the figure beside them counts.
Item {
    id: root

    property int value: 0
    property int count: 1
    readonly property int drawn: Math.min(4, count)

    implicitWidth: 148 + 3 * 14
    implicitHeight: 74

    Repeater {
        model: root.drawn

        NoteFace {
            required property int index

            value: root.value
            x: index * 14
            width: 148
            height: 74
        }
    }
}
