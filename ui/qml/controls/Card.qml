import QtQuick
import theme

// A sheet of white paper.
Rectangle {
    radius: Theme.cardRadius
    color: Theme.card
    border.width: 2
    border.color: Theme.hairline
}
