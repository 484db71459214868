package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.examples.image.UprightSize;
import org.moslora.examples.text.PictureObjects.Box;

/** Objects stand where their tags stood, in what a model counts in. */
class ObjectTagsTest {
    private static final Path FOLDER = Path.of("pictures");
    /** 400 x 200, seen at 200 x 300; the second picture 1000 x 500, seen as it is. */
    private static Resizing size(Path file) {
        return file.endsWith("b.png")
                ? new Resizing(new UprightSize(500, 1000), new UprightSize(500, 1000))
                : new Resizing(new UprightSize(200, 400), new UprightSize(300, 200));
    }

    private static String answer(BoxUnits units, ObjectSpelling spelling, boolean ofFile, PictureObjects objects) {
        Conversation row = new Conversation(
                "1",
                List.of(
                        new Turn(Role.USER, "<image><image>Where is <ref-object>?"),
                        new Turn(Role.ASSISTANT, "There: <bbox> $1, <bbox>")),
                List.of("a.png", "b.png"),
                null,
                null,
                null,
                objects);
        Boxes boxes = Boxes.AS_WRITTEN.with(new ObjectTags(units, spelling, ofFile, ObjectTagsTest::size));
        List<Turn> turns = boxes.placed(row, FOLDER).turns();
        return turns.get(0).text().replace("<image>", "") + " " + turns.get(1).text();
    }

    private static PictureObjects objects(boolean shares, Box one, Box other) {
        return new PictureObjects(List.of("a cat"), List.of(one, other), shares);
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "PIXELS|QWEN|true|Where is <!object_ref_start!>a cat<!object_ref_end!>? There:"
                        + " <!box_start!>(50,30),(200,300)<!box_end!> $1, <!box_start!>(25,10)<!box_end!>",
                "PIXELS|QWEN|false|Where is <!object_ref_start!>a cat<!object_ref_end!>? There:"
                        + " <!box_start!>(100,20),(400,200)<!box_end!> $1, <!box_start!>(25,10)<!box_end!>",
                "THOUSANDTHS|QWEN|true|Where is <!object_ref_start!>a cat<!object_ref_end!>? There:"
                        + " <!box_start!>(250,100),(1000,1000)<!box_end!> $1, <!box_start!>(25,20)<!box_end!>",
                "UNSAID|PLAIN|true|Where is a cat? There: [(250,100),(1000,1000)] $1, [(25,20)]"
            })
    void pixelsOfTheFileBecomeWhatTheModelCountsIn(
            BoxUnits units, ObjectSpelling spelling, boolean ofFile, String expected) {
        PictureObjects objects =
                objects(false, new Box(0, List.of(100.0, 20.0, 400.0, 200.0)), new Box(1, List.of(25.0, 10.0)));

        assertThat(answer(units, spelling, ofFile, objects))
                .isEqualTo(expected.replace("<!", "<|").replace("!>", "|>"));
    }

    @Test
    void sharesGoByTheSizeTooAndHalvesAreRoundedToEven() {
        PictureObjects objects = objects(true, new Box(0, List.of(0.5, 0.25)), new Box(1, List.of(0.0125, 0.0345)));

        assertThat(answer(BoxUnits.PIXELS, ObjectSpelling.PLAIN, true, objects)).endsWith("[(100,75)] $1, [(12,17)]");
        assertThat(answer(BoxUnits.THOUSANDTHS, ObjectSpelling.PLAIN, true, objects))
                .endsWith("[(500,250)] $1, [(12,34)]");
    }

    @Test
    void aBoxOutsideOfItsPictureIsFound() {
        Conversation row = new Conversation("1", List.of(), List.of("a.png", "b.png"));
        Box inside = new Box(0, List.of(400.0, 200.0));
        Box below = new Box(0, List.of(400.0, 201.0));

        assertThat(objects(false, inside, inside).outside(row, name -> size(Path.of(name))))
                .isNull();
        assertThat(objects(false, inside, below).outside(row, name -> size(Path.of(name))))
                .isEqualTo("a.png");
        assertThat(objects(true, new Box(1, List.of(1.0, 1.5)), inside).outside(row, name -> size(Path.of(name))))
                .isEqualTo("b.png");
    }
}
