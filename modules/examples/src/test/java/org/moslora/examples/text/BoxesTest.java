package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.examples.image.UprightSize;

/** Boxes go where their pictures go, and nothing else of a text does. */
class BoxesTest {
    private static final Path FOLDER = Path.of("pictures");
    /** Twice as wide as the file, half as high. */
    private static final Resizing WIDER = new Resizing(new UprightSize(200, 100), new UprightSize(100, 200));

    private static final Boxes MOVED = Boxes.moved(
            file -> file.endsWith("same.png") ? new Resizing(new UprightSize(9, 9), new UprightSize(9, 9)) : WIDER);

    private static Conversation asked(String question, String answer, String... pictures) {
        return new Conversation(
                "c",
                List.of(new Turn(Role.USER, question), new Turn(Role.ASSISTANT, answer)),
                List.of(pictures),
                "S",
                null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "{\"bbox_2d\": [10, 20, 30, 41], \"label\": \"2 cats\"}^{\"bbox_2d\": [20, 10, 60, 20], \"label\": \"2 cats\"}",
                "{\"point_2d\": [10.5, 20.5]}^{\"point_2d\": [21.0, 10.2]}",
                "<|box_start|>(10,20),(30,40)<|box_end|>^<|box_start|>(20,10),(60,20)<|box_end|>",
                "<|quad_start|>(1,2),(3,4),(5,6),(7,8)<|quad_end|>^<|quad_start|>(2,1),(6,2),(10,3),(14,4)<|quad_end|>",
                "at <box>10, 20, 30, 40</box> and 12^at <box>20, 10, 60, 20</box> and 12",
                "<box>[[1, 2, 3, 4], [5, 6, 7, 8]]</box>^<box>[[2, 1, 6, 2], [10, 3, 14, 4]]</box>",
                "<point x=\"10\" y=\"20\" alt=\"a 3\">a 3</point>^<point x=\"20\" y=\"10\" alt=\"a 3\">a 3</point>",
                "<points x1=\"10\" y1=\"20\" x2=\"3\" y2=\"4\" alt=\"b\">^<points x1=\"20\" y1=\"10\" x2=\"6\" y2=\"2\" alt=\"b\">",
                "<box>100 200 5 -3</box>^<box>199 99 10 0</box>"
            })
    void coordinatesMoveWithThePicture(String written, String moved) {
        Conversation placed = MOVED.placed(asked("<image>Where?", written, "a.png"), FOLDER);

        assertThat(placed.turns().get(1).text()).isEqualTo(moved);
        assertThat(placed.turns().get(0).text()).isEqualTo("<image>Where?");
        assertThat(placed.system()).isEqualTo("S");
        assertThat(Boxes.count(asked("<image>Where?", written, "a.png"))).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "[10, 20, 30, 40]",
                "bbox_2d is 1, 2",
                "<box>1, 2, 3</box>",
                "<box>a cat, 1, 2</box>",
                "<polygon points=\"1,2\">",
                "<|box_start|><|box_end|>"
            })
    void otherNumbersStay(String written) {
        Conversation row = asked("<image>Where?", written, "a.png");

        assertThat(MOVED.placed(row, FOLDER)).isSameAs(row);
    }

    @Test
    void aBoxBelongsToThePictureShownLastBeforeIt() {
        Conversation row = asked(
                "<box>1,2</box><image>a <box>1,2</box> <image>b <box>1,2</box>", "<box>1,2</box>", "same.png", "a.png");

        Conversation placed = MOVED.placed(row, FOLDER);

        assertThat(placed.turns().get(0).text())
                .isEqualTo("<box>1,2</box><image>a <box>1,2</box> <image>b <box>2,1</box>");
        assertThat(placed.turns().get(1).text()).isEqualTo("<box>2,1</box>");
        assertThat(Boxes.count(row)).isEqualTo(4);
    }

    @Test
    void withoutAPictureOrWhereTheyStayNothingMoves() {
        Conversation row = asked("Where?", "<box>1,2</box>");
        Conversation shown = asked("<image>Where?", "<box>1,2</box>", "a.png");

        assertThat(MOVED.placed(row, FOLDER)).isSameAs(row);
        assertThat(Boxes.count(row)).isZero();
        assertThat(Boxes.AS_WRITTEN.placed(shown, FOLDER)).isSameAs(shown);
    }

    @Test
    void whatCannotBeIsTold() {
        assertThat(Boxes.outside(asked("<image>", "<box>1,201</box>", "a.png"), name -> WIDER))
                .isEqualTo("a.png");
        assertThat(Boxes.outside(asked("<image>", "<box>100,200</box>", "a.png"), name -> WIDER))
                .isNull();
        assertThat(Boxes.anyAboveThousand(asked("<image>", "<box>1,1001</box>", "a.png")))
                .isTrue();
        assertThat(Boxes.anyAboveThousand(asked("<image>", "<box>1,1000</box>", "a.png")))
                .isFalse();
    }
}
