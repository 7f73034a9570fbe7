import QtQuick
import art
import theme

// A button of one kind: "primary", "plain", "danger" (leaves), "raised" (on the deep ground).
Pressable {
    id: root

    property string text: ""
    property string icon: ""
    property string kind: "plain"
    property int size: Theme.label
    property bool iconAfter: false

    readonly property color ink: {
        if (!enabled)
            return Theme.soft;
        if (kind === "primary")
            return Theme.accentInk;
        if (kind === "danger")
            return Theme.danger;
        return kind === "raised" ? Theme.deepInk : Theme.ink;
    }
    readonly property color ground: {
        if (!enabled)
            return Theme.sand;
        if (kind === "primary")
            return down ? Theme.accentPressed : Theme.accent;
        if (kind === "raised")
            return down ? Theme.engraving : Theme.deepRaised;
        return down ? Theme.pressed : Theme.card;
    }
    readonly property color edge: {
        if (!enabled)
            return Theme.contrast ? Theme.soft : Theme.border;
        if (kind === "primary")
            return Theme.accent;
        if (kind === "danger")
            return Theme.danger;
        return kind === "raised" ? Theme.deepSoft : Theme.border;
    }

    name: text
    ringOnDark: kind === "raised"
    implicitHeight: Theme.target
    implicitWidth: row.implicitWidth + 64

    Rectangle {
        anchors.fill: parent
        radius: root.corner
        color: root.ground
        border.width: 2
        border.color: root.edge

        Behavior on color {
            ColorAnimation { duration: Theme.press_ms }
        }
    }

    Row {
        id: row
        anchors.centerIn: parent
        spacing: 16
        layoutDirection: root.iconAfter ? Qt.RightToLeft : Qt.LeftToRight

        Icon {
            name: root.icon
            color: root.ink
            visible: root.icon !== ""
            width: root.size
            height: root.size
            anchors.verticalCenter: parent.verticalCenter
        }

        Label {
            text: root.text
            visible: root.text !== ""
            size: root.size
            weight: Font.DemiBold
            color: root.ink
            wrapMode: Text.NoWrap
            lineHeight: 1.0
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
