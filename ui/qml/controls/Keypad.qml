pragma ComponentBehavior: Bound
import QtQuick
import theme

// 1-2-3 on top, a mark on 5, never mirrored. Clear and Backspace stand apart, with 0 between them.
Rectangle {
    id: root

    property bool any: false
    property bool point: false
    readonly property int keyHeight: Math.floor((height - 40 - 3 * Theme.gap) / 4)
    readonly property int keyWidth: Math.floor((width - 40 - 2 * Theme.gap) / 3)

    signal digit(string value)
    signal backspace
    signal clear

    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    radius: Theme.cardRadius
    color: Theme.sand
    border.width: Theme.contrast ? 2 : 0
    border.color: Theme.border

    Grid {
        anchors.centerIn: parent
        columns: 3
        spacing: Theme.gap

        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", root.point ? "." : "clear", "0", "back"]

            Key {
                id: key

                required property string modelData

                width: root.keyWidth
                height: root.keyHeight
                text: modelData === "clear" ? qsTr("Clear") : modelData === "back" ? qsTr("Delete") : modelData
                icon: modelData === "back" ? "delete" : ""
                quiet: modelData.length > 1
                size: modelData.length > 1 ? Theme.body : Theme.figure
                mark: modelData === "5"
                enabled: modelData.length === 1 || root.any
                onClicked: {
                    if (modelData === "clear")
                        root.clear();
                    else if (modelData === "back")
                        root.backspace();
                    else
                        root.digit(modelData);
                }
            }
        }
    }
}
