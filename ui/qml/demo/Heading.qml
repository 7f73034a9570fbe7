import QtQuick

// A part of the panel: its name and a line about it.
Column {
    id: root

    property string text: ""
    property string about: ""

    width: parent?.width ?? 0
    topPadding: 5
    spacing: 2

    Small {
        text: root.text
        size: 18
        weight: Font.Bold
    }

    Small {
        visible: text !== ""
        width: root.width
        text: root.about
        color: "#3E4F48"
        wrapMode: Text.WordWrap
    }
}
