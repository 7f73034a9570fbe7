pragma ComponentBehavior: Bound
import QtQuick
import demo
import models
import theme

// The whole window: the machine's screen, scaled to fit, and in the demo the panel beside it.
FocusScope {
    id: root

    required property Kiosk kiosk
    property Panel panel: null
    readonly property real room: width - (panel ? side.width : 0)

    width: 1280
    height: 800
    focus: true

    Rectangle {
        anchors.fill: parent
        color: Theme.sand
    }

    Main {
        id: machine
        kiosk: root.kiosk
        focus: true
        scale: Math.min(root.room / width, root.height / height)
        transformOrigin: Item.TopLeft
        x: (root.room - width * scale) / 2
        y: (root.height - height * scale) / 2
    }

    Loader {
        id: side
        active: root.panel !== null
        width: 372
        height: root.height
        anchors.right: parent.right

        sourceComponent: DemoPanel {
            panel: root.panel
            kiosk: root.kiosk
        }
    }
}
