import QtQuick

// A server or a database of the demo: what it is, how it is, and what can be done to it.
Sheet {
    id: root

    property string title: ""
    property string told: ""
    property bool up: false
    property bool starting: false
    default property alias tools: row.data

    height: 52

    Rectangle {
        x: 14
        y: 13
        width: 10
        height: 10
        radius: root.up ? 5 : 0
        color: root.up ? "#07563B" : root.starting ? "#B07400" : "#8E1711"
    }

    Small {
        x: 32
        y: 7
        text: root.title
        weight: Font.DemiBold
        size: 16
    }

    Small {
        x: 32
        y: 27
        text: root.told
        color: "#3E4F48"
    }

    Row {
        id: row

        anchors.right: parent.right
        anchors.rightMargin: 9
        y: 9
        spacing: 5
    }
}
