import QtQuick
import theme

// A name and its value in one line, or a few.
Item {
    id: root

    property string name: ""
    property string value: ""
    property int lines: 1
    property int nameWidth: 180

    implicitHeight: label.height

    Label {
        text: root.name
        color: Theme.soft
        wrapMode: Text.NoWrap
    }

    Label {
        id: label
        x: root.nameWidth
        width: root.width - root.nameWidth
        text: root.value
        weight: Font.DemiBold
        size: root.value.length > 120 ? Theme.small : Theme.body
        maximumLineCount: root.lines
        wrapMode: root.lines > 1 ? Text.Wrap : Text.NoWrap
    }
}
