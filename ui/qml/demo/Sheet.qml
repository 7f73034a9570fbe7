import QtQuick

// A small sheet of paper.
Rectangle {
    radius: 10
    color: "#F6F4EE"
    border.width: 1
    border.color: "#C2BBA9"
}
