import QtQuick
import theme

// Asked before a visit ends by itself; one touch gives the time again, and so does any key.
FocusScope {
    id: root

    property int seconds: 20

    signal wanted
    signal finished

    Keys.onPressed: event => {
        event.accepted = true;
        root.wanted();
    }

    // nothing behind the question can be touched
    MouseArea {
        anchors.fill: parent
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.scrim
    }

    Rectangle {
        anchors.centerIn: parent
        width: 880
        height: 420
        radius: Theme.cardRadius
        color: Theme.card
        border.width: Theme.contrast ? 2 : 0
        border.color: Theme.border

        Label {
            id: question
            x: 48
            y: 48
            width: 560
            text: qsTr("Do you need more time?")
            size: Theme.title
            weight: Font.Bold
            wrapMode: Text.NoWrap
        }

        Label {
            x: 48
            y: 128
            width: 560
            text: qsTr("If you do not answer, we will sign you out. Nothing more will be done with your account.")
            size: Theme.body
            color: Theme.soft
        }

        Countdown {
            x: parent.width - 48 - width
            y: 48
            seconds: root.seconds
            whole: 20
        }

        Button {
            x: 48
            y: parent.height - 48 - height
            width: 240
            kind: "danger"
            icon: "x"
            text: qsTr("Finish")
            onClicked: root.finished()
        }

        Button {
            x: 312
            y: parent.height - 48 - height
            width: parent.width - 48 - 312
            kind: "primary"
            icon: "timer"
            text: qsTr("Yes, give me more time")
            onClicked: root.wanted()
        }
    }
}
