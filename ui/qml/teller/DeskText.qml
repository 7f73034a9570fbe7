import QtQuick
import theme

// The desk's type, for a monitor at arm's length.
Text {
    property int size: 18
    property int weight: Font.Normal

    color: Theme.ink
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap
    font.family: Theme.family
    font.pixelSize: size
    font.weight: weight
    font.features: { "tnum": 1 }
}
