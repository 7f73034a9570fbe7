import QtQuick
import theme

// Text in the house's type. Figures are tabular, so that amounts stand under each other.
Text {
    property int size: Theme.body
    property int weight: Font.Normal
    // as figures, for the audit of what is drawn
    readonly property int aligned: effectiveHorizontalAlignment
    readonly property bool mayElide: elide !== Text.ElideNone

    color: Theme.ink
    textFormat: Text.PlainText
    wrapMode: Text.WordWrap
    lineHeight: 1.14
    font.family: Theme.family
    font.pixelSize: size
    font.weight: weight
    font.letterSpacing: size >= Theme.title ? -1 : 0
    font.features: { "tnum": 1 }
}
