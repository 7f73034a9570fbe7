import QtQuick
import art
import theme

// Seconds left, in figures inside a ring that empties.
Item {
    id: root

    property int seconds: 0
    property int whole: 30
    property bool deep: false

    implicitWidth: 160
    implicitHeight: 160
    onSecondsChanged: whole = Math.max(whole, seconds)

    Ring {
        anchors.fill: parent
        share: root.whole > 0 ? root.seconds / root.whole : 0
        color: root.deep ? Theme.marigold : Theme.accent
        track: root.deep ? Theme.engraving : Theme.sand
    }

    Label {
        anchors.centerIn: parent
        text: root.seconds
        size: 64
        weight: Font.Bold
        color: root.deep ? Theme.deepInk : Theme.ink
        lineHeight: 1.0
    }
}
