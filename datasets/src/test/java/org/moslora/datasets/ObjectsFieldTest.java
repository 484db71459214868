package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.examples.text.PictureObjects;
import org.moslora.examples.text.PictureObjects.Box;

/** ms-swift's objects are read beside the texts that have tags for them. */
class ObjectsFieldTest {
    private static final String TURNS = "[{'role': 'user', 'content': '<image><image>Where is <ref-object>?'},"
            + " {'role': 'assistant', 'content': 'At <bbox> and at <bbox>'}]";

    @TempDir
    Path folder;

    private ConversationRows read(String row, Purpose purpose) throws Exception {
        Path file = Files.writeString(
                folder.resolve("data.json"), "[" + row.replace("TURNS", TURNS).replace('\'', '"') + "]");
        return ConversationFiles.read(List.of(file), null, purpose);
    }

    @Test
    void namesBoxesAndThePicturesThatTheyLieIn() throws Exception {
        ConversationRows rows = read(
                "{'messages': TURNS, 'images': ['a.png', 'b.png'], 'objects': {'ref': ['a cat'], 'bbox': [[30, 5, 10,"
                        + " 2.5], [7, 8]], 'bbox_type': null, 'image_id': [1]}}",
                Purpose.TRAINING);

        assertThat(rows.findings()).isEmpty();
        assertThat(rows.rows().get(0).conversation().objects())
                .isEqualTo(new PictureObjects(
                        List.of("a cat"),
                        List.of(new Box(1, List.of(10.0, 2.5, 30.0, 5.0)), new Box(0, List.of(7.0, 8.0))),
                        false));
    }

    @Test
    void alsoBesideQueryAndResponseAndInSharesOfWidthAndHeight() throws Exception {
        ConversationRows rows = read(
                "{'query': '<image>Find <ref-object>', 'response': '<bbox>', 'images': ['a.png'], 'objects': {'ref':"
                        + " ['it'], 'bbox': [[0.1, 0.2, 0.3, 0.4]], 'bbox_type': 'norm1'}}",
                Purpose.TRAINING);

        assertThat(rows.findings()).isEmpty();
        assertThat(rows.rows().get(0).conversation().objects())
                .isEqualTo(new PictureObjects(List.of("it"), List.of(new Box(0, List.of(0.1, 0.2, 0.3, 0.4))), true));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'ref': ['a'], 'bbox': [[1, 2]]}|objects-count|has 2 tags <bbox> in its turns, expected 1",
                "{'bbox': [[1, 2], [1, 2]]}|objects-count|has 1 tags <ref-object> in its turns, expected 0",
                "{'ref': ['a', 'b'], 'bbox': [[1, 2], [1, 2]]}|objects-count|expected 2, one for each entry of"
                        + " objects' ref",
                "[1]|objects-form|objects must be an object",
                "{'ref': 'a'}|objects-form|objects' ref must be a list, got 'a'",
                "{'ref': ['<image>'], 'bbox': [[1, 2], [1, 2]]}|objects-form|ref must be a text",
                "{'ref': ['a'], 'bbox': [[1, 2], [1, 2, 3]]}|objects-form|[x1, y1, x2, y2], got [1,2,3]",
                "{'ref': ['a'], 'bbox': [[1, 2], [1, '2']]}|objects-form|[x1, y1, x2, y2], got [1,'2']",
                "{'ref': ['a'], 'bbox': [[1, 2], [1, 2]], 'bbox_type': 'norm1000'}|objects-form|got 'norm1000'",
                "{'ref': ['a'], 'bbox': [[1, 2], [1, 2]], 'image_id': [0, 2]}|objects-form|of which there are 2, got 2",
                "{'ref': ['a'], 'bbox': [[1, 2], [1, 2]], 'image_id': [0, 0, 0]}|objects-form|3 image_id and 2 bbox",
                "{'ref': ['a'], 'mask': [1]}|objects-form|objects has mask"
            })
    void whatCannotBeMeantIsRefusedByName(String objects, String rule, String message) throws Exception {
        ConversationRows rows =
                read("{'messages': TURNS, 'images': ['a.png', 'b.png'], 'objects': " + objects + "}", Purpose.TRAINING);

        assertThat(rows.rows()).isEmpty();
        assertThat(rows.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.message().replace('"', '\'')).contains(message);
        });
    }

    @Test
    void bothAnswersOfAPairHaveTheirs() throws Exception {
        ConversationRows rows = read(
                "{'messages': [{'role': 'user', 'content': '<image>Where?'}, {'role': 'assistant', 'content':"
                        + " '<bbox>'}], 'rejected_response': 'not <bbox>', 'images': ['a.png'], 'objects': {'bbox': [[1,"
                        + " 2]]}}",
                Purpose.PREFERENCE);

        assertThat(rows.findings()).isEmpty();
        assertThat(rows.rejected().values())
                .singleElement()
                .satisfies(row -> assertThat(row.objects()).isNotNull());
    }
}
