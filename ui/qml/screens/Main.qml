pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// The 1280 x 800 screen of the machine: one page at a time, and the question above it.
FocusScope {
    id: root

    required property Kiosk kiosk

    function pageFile(page: string): string {
        const drawnBy = { "Scanning": "Welcome", "TakeBackNotes": "TakeCash" };
        return (drawnBy[page] ?? page) + "Screen.qml";
    }

    // The next customer starts with the usual colours.
    Connections {
        target: root.kiosk

        function onPageChanged(): void {
            if (root.kiosk.page === "Welcome")
                Theme.contrast = false;
        }
    }

    width: 1280
    height: 800
    focus: true
    clip: true

    Loader {
        id: loader

        readonly property string file: root.pageFile(root.kiosk.page)

        function open(): void {
            setSource(file, { "kiosk": root.kiosk, "facts": root.kiosk.facts });
        }

        anchors.fill: parent
        focus: true
        onFileChanged: open()
        Component.onCompleted: open()
        onLoaded: appear.restart()

        NumberAnimation {
            id: appear
            target: loader.item
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.screen_ms
        }
    }

    Connections {
        target: root.kiosk

        function onFactsChanged(): void {
            const shown = loader.item as Page;
            if (shown !== null)
                shown.facts = root.kiosk.facts as Facts;
        }
    }

    Loader {
        anchors.fill: parent
        active: root.kiosk.moreTime >= 0
        // No key reaches what stands behind the question.
        onLoaded: (item as MoreTime).forceActiveFocus()
        onActiveChanged: {
            if (!active)
                loader.forceActiveFocus();
        }

        sourceComponent: MoreTime {
            seconds: root.kiosk.moreTime
            onWanted: root.kiosk.moreTimePlease()
            onFinished: root.kiosk.finish()
        }
    }
}
