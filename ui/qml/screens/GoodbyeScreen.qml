import QtQuick
import art
import controls
import models
import theme

// A few seconds of thanks.
Page {
    id: root

    readonly property GoodbyeFacts bye: facts as GoodbyeFacts

    deep: true

    Guilloche {
        width: 300
        height: 300
        x: (root.width - width) / 2
        y: 136
        hollow: 0.5
        stroke: 0.9
        color: Theme.ridge
    }

    Icon {
        name: "meridian"
        color: Theme.deepSoft
        width: 92
        height: 84
        x: (root.width - width) / 2
        y: 246
    }

    Label {
        x: Theme.margin
        y: 496
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        size: Theme.display
        weight: Font.Bold
        color: Theme.deepInk
        lineHeight: 1.0
        text: root.bye?.firstName ? qsTr("Thank you, %1").arg(root.bye.firstName) : qsTr("Thank you")
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Label {
        x: Theme.margin
        y: 600
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        size: Theme.label
        color: Theme.deepSoft
        text: qsTr("You are signed out. Have you taken everything with you?")
    }
}
