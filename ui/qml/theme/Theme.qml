pragma Singleton
import QtQuick

// The tokens of the look: colours, type, distances, motion. `contrast` swaps the colours.
QtObject {
    property bool contrast: false
    property bool motion: true

    // surfaces
    readonly property color paper: contrast ? "#000000" : "#F6F4EE"
    readonly property color card: contrast ? "#000000" : "#FFFFFF"
    readonly property color sand: contrast ? "#1A1A1A" : "#ECE8DD"
    readonly property color pressed: contrast ? "#4D4620" : "#DCE9E1"
    readonly property color deep: contrast ? "#000000" : "#0B3B2D"
    readonly property color deepRaised: contrast ? "#1A1A1A" : "#14513D"

    // what is read
    readonly property color ink: contrast ? "#FFFFFF" : "#0D1F19"
    readonly property color soft: contrast ? "#FFFFFF" : "#3E4F48"
    readonly property color deepInk: "#FFFFFF"
    readonly property color deepSoft: contrast ? "#FFE14A" : "#9BE3BF"
    readonly property color danger: contrast ? "#FF9C94" : "#8E1711"
    readonly property color positive: contrast ? "#FFE14A" : "#07563B"

    // the one action a screen is for
    readonly property color accent: contrast ? "#FFE14A" : "#0B3B2D"
    readonly property color accentPressed: contrast ? "#CDB32B" : "#125040"
    readonly property color accentInk: contrast ? "#000000" : "#FFFFFF"
    readonly property color marigold: contrast ? "#FFE14A" : "#F4B63F"
    readonly property color marigoldInk: contrast ? "#000000" : "#0D1F19"

    // lines
    readonly property color border: contrast ? "#FFFFFF" : "#7D847C"
    readonly property color hairline: contrast ? "#FFFFFF" : "#D5CFC2"
    readonly property color ridge: contrast ? "#7A6C24" : "#549A78"
    readonly property color engraving: contrast ? "#000000" : "#35765D"
    readonly property color scrim: contrast ? "#E6000000" : "#D90A2A20"

    // type, in pixels; capitals of Figtree are 0.70 of the size
    readonly property string family: "Figtree"
    readonly property int small: 28
    readonly property int body: 30
    readonly property int label: 34
    readonly property int figure: 46
    readonly property int title: 50
    readonly property int display: 72
    readonly property int hero: 92

    // distances, in pixels, on a grid of 8
    readonly property int margin: 48
    readonly property int gap: 16
    readonly property int radius: 18
    readonly property int cardRadius: 28
    readonly property int target: 88
    readonly property int headerTop: 24
    readonly property int bodyTop: 204
    readonly property int bodyBottom: 656
    readonly property int footerTop: 680

    // motion, in milliseconds
    readonly property int press_ms: motion ? 90 : 0
    readonly property int screen_ms: motion ? 140 : 0
}
