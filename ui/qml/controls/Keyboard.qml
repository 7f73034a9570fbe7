pragma ComponentBehavior: Bound
import QtQuick
import theme

// The keyboard on the screen: it writes into `target`. Four rows; "123" turns to figures and signs.
Item {
    id: root

    property TextField target: null
    property bool figures: false
    property bool turned: false
    readonly property bool shift: turned !== (target !== null && target.capitals && target.text === "")
    property string nextText: qsTr("Next")
    readonly property int gap: 10
    readonly property int keyHeight: Math.floor((height - 3 * gap) / 4)
    readonly property int keyWidth: Math.floor((width - 9 * gap) / 10)
    readonly property list<string> letterRows: ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    readonly property list<string> figureRows: ["1234567890", "+-/()&@'\"", ".,:;?!_"]

    signal next
    signal used

    function press(letter: string): void {
        root.used();
        if (root.target === null)
            return;
        root.target.type(root.shift ? letter.toUpperCase() : letter);
        root.turned = false;
    }

    implicitWidth: 1184
    implicitHeight: 346

    Column {
        anchors.fill: parent
        spacing: root.gap

        Repeater {
            model: 3

            Row {
                id: row

                required property int index
                readonly property string keys: (root.figures ? root.figureRows : root.letterRows)[index]

                spacing: root.gap
                anchors.horizontalCenter: parent?.horizontalCenter

                Key {
                    visible: row.index === 2
                    width: Math.floor(root.keyWidth * 1.5 + root.gap / 2)
                    height: root.keyHeight
                    icon: root.figures ? "" : "arrow-big-up"
                    text: root.figures ? "" : qsTr("Shift")
                    name: qsTr("Shift")
                    quiet: !root.shift
                    size: Theme.small
                    enabled: !root.figures
                    opacity: root.figures ? 0 : 1
                    onClicked: root.turned = !root.turned
                }

                Repeater {
                    model: row.keys.split("")

                    Key {
                        required property string modelData

                        width: root.keyWidth
                        height: root.keyHeight
                        size: 38
                        text: root.shift ? modelData.toUpperCase() : modelData
                        onClicked: root.press(modelData)
                    }
                }

                Key {
                    visible: row.index === 2
                    width: Math.floor(root.keyWidth * 1.5 + root.gap / 2)
                    height: root.keyHeight
                    icon: "delete"
                    name: qsTr("Delete")
                    quiet: true
                    onClicked: {
                        root.used();
                        root.target?.erase();
                    }
                }
            }
        }

        Row {
            spacing: root.gap
            anchors.horizontalCenter: parent.horizontalCenter

            Key {
                width: Math.floor(root.keyWidth * 1.5 + root.gap / 2)
                height: root.keyHeight
                text: root.figures ? qsTr("abc") : qsTr("123")
                size: Theme.body
                quiet: true
                onClicked: root.figures = !root.figures
            }

            Repeater {
                model: ["@", "-"]

                Key {
                    required property string modelData

                    width: root.keyWidth
                    height: root.keyHeight
                    size: 38
                    text: modelData
                    onClicked: root.press(modelData)
                }
            }

            Key {
                width: root.width - 2 * Math.floor(root.keyWidth * 1.5 + root.gap / 2) - 3 * root.keyWidth - 5 * root.gap
                height: root.keyHeight
                text: qsTr("space")
                size: Theme.small
                onClicked: root.press(" ")
            }

            Key {
                width: root.keyWidth
                height: root.keyHeight
                size: 38
                text: "."
                onClicked: root.press(".")
            }

            Key {
                width: Math.floor(root.keyWidth * 1.5 + root.gap / 2)
                height: root.keyHeight
                text: root.nextText
                size: Theme.body
                quiet: true
                onClicked: {
                    root.used();
                    root.next();
                }
            }
        }
    }
}
