import QtQuick
import controls

// A picture of a finger that can be shown to the reader.
Pressable {
    id: root

    property alias source: image.source

    corner: 6
    implicitWidth: 32
    implicitHeight: 32

    Rectangle {
        anchors.fill: parent
        radius: 6
        color: "#FFFFFF"
        border.width: root.down ? 3 : 1
        border.color: root.down ? "#0B3B2D" : "#7D847C"
    }

    Image {
        id: image
        anchors.fill: parent
        anchors.margins: 3
        asynchronous: true
        fillMode: Image.PreserveAspectCrop
        sourceSize.width: 64
        sourceSize.height: 64
    }
}
