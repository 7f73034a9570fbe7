pragma ComponentBehavior: Bound
import QtQuick
import theme

// Notes as they were counted: the sum, then a line for each value.
Card {
    id: root

    property string total: ""
    property int notes: 0
    property var rows: []

    Label {
        x: 32
        y: 28
        text: root.notes === 0 ? qsTr("Nothing counted yet") : root.notes === 1 ? qsTr("1 note counted") : qsTr("%1 notes counted").arg(root.notes)
        color: Theme.soft
        lineHeight: 1.0
    }

    Label {
        x: 32
        y: 68
        size: Theme.hero
        weight: Font.Bold
        lineHeight: 1.0
        text: root.total
    }

    Rectangle {
        x: 32
        y: 176
        width: parent.width - 64
        height: 2
        color: Theme.hairline
    }

    Column {
        x: 32
        y: 196
        width: parent.width - 64
        spacing: 6

        Repeater {
            model: root.rows

            NoteRow {
                required property var modelData

                width: parent?.width ?? 0
                small: true
                value: modelData.value
                count: modelData.count
                text: modelData.name
                sum: modelData.sum
            }
        }
    }
}
