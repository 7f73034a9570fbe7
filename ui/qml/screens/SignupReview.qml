pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// All that was entered, and a way back to each step.
Item {
    id: root

    required property Kiosk kiosk
    property SignupFacts signup: null

    function value(name: string): string {
        return root.signup?.value(name) ?? "";
    }

    function several(names: list<string>): string {
        return names.map(name => root.value(name)).filter(text => text !== "").join(", ");
    }

    readonly property var rows: signup === null ? [] : [
        {
            "step": "name",
            "first": qsTr("%1 %2").arg(value("first_name")).arg(value("last_name")),
            "second": qsTr("User name %1").arg(value("user_name"))
        },
        {
            "step": "contact",
            "first": value("phone"),
            "second": signup.sms ? qsTr("Text messages: yes") : qsTr("Text messages: no")
        },
        {
            "step": "optional",
            "first": several(["email", "national_id"]) || qsTr("Nothing more"),
            "second": several(["address", "gender"]) || qsTr("Address and gender not given")
        },
        {
            "step": "fingers",
            "first": signup.shots.length === 1 ? qsTr("1 picture of your finger") : qsTr("%1 pictures of your finger").arg(signup.shots.length),
            "second": qsTr("Kept as a pattern of points, never as a picture")
        }
    ]

    Card {
        y: 8
        width: 1184
        height: root.height - 8

        Column {
            x: 32
            y: 10
            width: parent.width - 48

            Repeater {
                model: root.rows

                Item {
                    id: line

                    required property var modelData
                    required property int index

                    width: parent?.width ?? 0
                    height: 110

                    Rectangle {
                        visible: line.index > 0
                        width: parent.width
                        height: 2
                        color: Theme.hairline
                    }

                    Label {
                        y: 18
                        width: 880
                        text: line.modelData.first
                        weight: Font.DemiBold
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                    }

                    Label {
                        y: 60
                        width: 880
                        size: Theme.small
                        color: Theme.soft
                        text: line.modelData.second
                        lineHeight: 1.0
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                    }

                    Button {
                        anchors.right: parent.right
                        y: 17
                        implicitHeight: 76
                        width: 200
                        size: Theme.body
                        icon: "pencil"
                        text: qsTr("Change")
                        name: qsTr("Change %1").arg(line.modelData.first)
                        onClicked: root.kiosk.signupGoTo(line.modelData.step)
                    }
                }
            }
        }
    }
}
