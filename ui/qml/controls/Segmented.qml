pragma ComponentBehavior: Bound
import QtQuick
import art
import theme

// A row of a few alternatives on one strip.
Rectangle {
    id: root

    property list<string> texts: []
    property int chosen: 0

    signal picked(int index)

    implicitHeight: 84
    radius: Theme.radius
    color: Theme.sand
    border.width: Theme.contrast ? 2 : 0
    border.color: Theme.border

    Row {
        anchors.fill: parent
        anchors.margins: 6

        Repeater {
            model: root.texts

            Pressable {
                id: part

                required property int index
                required property string modelData
                readonly property bool chosen: index === root.chosen

                width: (root.width - 12) / Math.max(1, root.texts.length)
                height: root.height - 12
                corner: Theme.radius - 4
                name: modelData
                Accessible.checkable: true
                Accessible.checked: chosen
                onClicked: root.picked(index)

                Rectangle {
                    anchors.fill: parent
                    radius: part.corner
                    visible: part.chosen || part.down
                    color: !part.chosen ? Theme.pressed : Theme.contrast ? Theme.accent : Theme.card
                    border.width: 2
                    border.color: Theme.accent
                }

                Row {
                    id: told
                    anchors.centerIn: parent
                    spacing: 8

                    Icon {
                        id: tick
                        name: "check"
                        color: Theme.contrast ? Theme.accentInk : Theme.ink
                        visible: part.chosen
                        width: 26
                        height: 26
                        anchors.verticalCenter: parent.verticalCenter
                    }

                    Label {
                        text: part.modelData
                        // A name given at a branch may be long; its end tells accounts apart.
                        width: Math.min(implicitWidth, part.width - 4 - (part.chosen ? tick.width + told.spacing : 0))
                        elide: Text.ElideMiddle
                        size: Theme.small
                        weight: part.chosen ? Font.DemiBold : Font.Normal
                        color: part.chosen && Theme.contrast ? Theme.accentInk : Theme.ink
                        wrapMode: Text.NoWrap
                        lineHeight: 1.0
                    }
                }
            }
        }
    }
}
