import QtQuick
import models

// The desk's own reader, where it has one: begin, and stop waiting.
DeskButton {
    required property Teller teller

    objectName: "useReader"
    visible: teller.reader
    text: teller.reading ? qsTr("Stop waiting for the finger") : qsTr("Read the finger")
    enabled: teller.reading || !teller.busy
    onClicked: {
        if (teller.reading)
            teller.stopReader();
        else
            teller.useReader();
    }
}
