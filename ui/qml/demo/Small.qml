import QtQuick
import theme

// The panel's type, for a laptop at reading distance.
Text {
    property int size: 14
    property int weight: Font.Normal

    color: "#0D1F19"
    textFormat: Text.PlainText
    font.family: Theme.family
    font.pixelSize: size
    font.weight: weight
    font.features: { "tnum": 1 }
}
