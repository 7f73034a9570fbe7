import QtQuick
import art
import theme

// A problem, where it happened: a sign and a sentence.
Item {
    id: root

    property string text: ""
    property bool good: false

    visible: text !== ""
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text
    implicitHeight: Math.max(label.height, 36)

    Icon {
        name: root.good ? "circle-check" : "triangle-alert"
        color: root.good ? Theme.positive : Theme.danger
        width: 34
        height: 34
    }

    Label {
        id: label
        text: root.text
        size: Theme.small
        weight: Font.DemiBold
        color: root.good ? Theme.positive : Theme.danger
        x: 50
        width: root.width - 50
    }
}
