package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.RowPlace;
import org.moslora.datasets.Severity;
import org.moslora.examples.image.UprightSize;
import org.moslora.examples.text.BoxHandling;
import org.moslora.examples.text.BoxUnits;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.PictureObjects;
import org.moslora.examples.text.PictureObjects.Box;
import org.moslora.examples.text.Resizing;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** Boxes are told before a training, and so is what cannot be meant. */
class BoxCheckTest {
    private static ConversationRows rows(String... answers) {
        List<ConversationRow> rows = new ArrayList<>();
        for (String answer : answers) {
            Conversation row = new Conversation(
                    "c" + rows.size(),
                    List.of(new Turn(Role.USER, "<image>Where?"), new Turn(Role.ASSISTANT, answer)),
                    List.of("a.png"));
            rows.add(new ConversationRow(new RowPlace("data.json", rows.size(), 1), row));
        }
        return new ConversationRows(rows, List.of(), answers.length);
    }

    private static BoxCheck check(BoxUnits units, BoxHandling handling) {
        Resizing half = new Resizing(new UprightSize(400, 800), new UprightSize(196, 392));
        return new BoxCheck(units, handling, name -> half);
    }

    private static List<Finding> odd(BoxCheck check, ConversationRows rows) {
        return check.odd(
                rows, rows.rows().stream().map(ConversationRow::conversation).toList());
    }

    private static String told(BoxCheck check, ConversationRows rows) {
        List<String> told = new ArrayList<>();
        check.tell(rows, told::add);
        return String.join("\n", told);
    }

    @Test
    void whatBecomesOfBoxesIsTold() {
        ConversationRows rows = rows("{'bbox_2d': [1, 2, 3, 4]} <box>1,2</box>", "there", "<box>1,2</box>");

        assertThat(told(check(BoxUnits.PIXELS, BoxHandling.MOVED), rows))
                .startsWith("boxes and points in texts: 3 in 2 rows; they move with their pictures");
        assertThat(told(check(BoxUnits.PIXELS, BoxHandling.AS_WRITTEN), rows)).contains("as data.boxes says");
        assertThat(told(check(BoxUnits.THOUSANDTHS, BoxHandling.MOVED), rows)).contains("stay as written: this model");
        assertThat(told(check(BoxUnits.PIXELS, BoxHandling.MOVED), rows("there")))
                .isEmpty();
    }

    @Test
    void objectsAreToldAndOddWhereTheyLieOutside() {
        Box box = new Box(0, List.of(0.0, 0.0, 900.0, 300.0));
        Conversation row = new Conversation(
                "c0",
                List.of(new Turn(Role.USER, "<image>Where?"), new Turn(Role.ASSISTANT, "<bbox>")),
                List.of("a.png"),
                null,
                null,
                null,
                new PictureObjects(List.of(), List.of(box), false));
        ConversationRows rows =
                new ConversationRows(List.of(new ConversationRow(new RowPlace("data.json", 0, 1), row)), List.of(), 1);

        assertThat(told(check(BoxUnits.PIXELS, BoxHandling.MOVED), rows))
                .isEqualTo(
                        "objects beside texts: 1 boxes in 1 rows; they are written where their tags stand, in pixels of"
                                + " the size at which the model sees their pictures");
        assertThat(told(check(BoxUnits.UNSAID, BoxHandling.MOVED), rows)).endsWith("their pictures' width and height");
        assertThat(odd(check(BoxUnits.THOUSANDTHS, BoxHandling.MOVED), rows))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message())
                        .contains("lies outside of a.png, which is 800 x 400; its coordinates are pixels"));
    }

    @Test
    void aBoxOutsideOfItsPictureIsOdd() {
        ConversationRows rows = rows("<box>0,0,800,400</box>", "<box>0,0,800,401</box>");

        assertThat(odd(check(BoxUnits.PIXELS, BoxHandling.MOVED), rows))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.id()).isEqualTo("c1");
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.message())
                            .contains("outside of a.png, which is 800 x 400 and seen at 392 x 196");
                });
        assertThat(odd(check(BoxUnits.PIXELS, BoxHandling.AS_WRITTEN), rows)).hasSize(2);
        assertThat(odd(check(BoxUnits.THOUSANDTHS, BoxHandling.MOVED), rows)).isEmpty();
        assertThat(odd(check(BoxUnits.THOUSANDTHS, BoxHandling.MOVED), rows("<box>0,0,800,1401</box>")))
                .hasSize(1);
    }
}
