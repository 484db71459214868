package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows as LLaMA-Factory, ms-swift, xtuner, TRL, OpenAI, Qwen and others write them, that are no conversations to learn. */
class ForeignRowsTest {
    private static final String SAID = "[{'from': 'human', 'value': 'Q'}, {'from': 'gpt', 'value': 'A'}]";
    private static final String MESSAGES = "[{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'A'}]";

    @TempDir
    Path folder;

    /** The bar parts columns here. */
    private static String barred(String text) {
        return text.replace("<!", "<|").replace("!>", "|>");
    }

    /** Rows are written with single quotes; SAID and MESSAGES stand for a sound round. */
    private ConversationRows read(String rows) throws Exception {
        String json =
                barred(rows).replace("SAID", SAID).replace("MESSAGES", MESSAGES).replace('\'', '"');
        return ConversationFiles.read(List.of(Files.writeString(folder.resolve("data.json"), json)), null);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'messages': MESSAGES, 'label': false}|row-kto|is a KTO row, label false says whether its answer is a"
                        + " good",
                "{'messages': MESSAGES, 'label': true}|row-kto|is a KTO row",
                "{'instruction': 'I', 'output': 'O', 'kto_tag': 'False'}|row-kto|kto_tag 'False' says",
                "{'prompt': 'P', 'completion': 'C', 'label': false}|row-kto|is a KTO row",
                "{'conversations': SAID, 'chosen': {'from': 'gpt', 'value': 'A'}, 'rejected': {'from': 'gpt', 'value':"
                        + " 'B'}}|row-preference|is a preference row, its field chosen says so",
                "{'prompt': 'P', 'chosen': 'A', 'rejected': 'B'}|row-preference|as for DPO",
                "{'messages': MESSAGES, 'rejected_response': 'B'}|row-preference|its field rejected_response",
                "{'messages': MESSAGES, 'rejected_messages': MESSAGES}|row-preference|its field rejected_messages",
                "{'input': {'messages': MESSAGES}, 'preferred_output': MESSAGES}|row-preference|its field"
                        + " preferred_output",
                "{'conversations': [{'from': 'human', 'value': 'Q'}, {'from': 'function_call', 'value': '{}'},"
                        + " {'from': 'observation', 'value': 'x'}, {'from': 'gpt', 'value':"
                        + " 'A'}]}|role-tool|'function_call': tools",
                "{'messages': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': null, 'tool_calls':"
                        + " [{'id': '1'}]}]}|role-tool|turn 2 has a field tool_calls",
                "{'messages': [{'role': 'tool_response', 'content': 'Q'}]}|role-tool|'tool_response': tools",
                "{'messages': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'A',"
                        + " 'reasoning_content': 'T'}]}|turn-thoughts|reasoning_content",
                "{'messages': [{'role': 'user', 'content': 'Q', 'images': ['a.png']}]}|image-form|turn 1 names a"
                        + " picture in",
                "{'messages': MESSAGES, 'videos': ['a.mp4']}|media|videos; only pictures",
                "{'messages': MESSAGES, 'audios': ['a.wav']}|media|audios; only pictures",
                "{'messages': [{'role': 'user', 'content': [{'type': 'video_url', 'video_url': {'url':"
                        + " 'a'}}]}]}|part-form|of type video_url",
                "{'messages': MESSAGES, 'objects': {'ref': ['cat'], 'bbox': [[1, 2, 3, 4]]}}|objects-pictures|no"
                        + " picture that",
                "{'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'a.jpg',"
                        + " 'image_wh': [4, 5]}}, {'type': 'text', 'text': '<IMG_CONTEXT>\\n"
                        + "Q'}]}]}|image-tag|turn 1 has <IMG_CONTEXT>, the tag",
                "{'conversations': [{'from': 'human', 'value':"
                        + " '<!vision_start!><!image_pad!><!vision_end!>Q'}]}|image-tag|<!vision_start!>",
                "{'conversations': [{'from': 'user', 'value': 'Picture 1: <img>a/b.jpg</img>\\nQ'}]}|image-tag|a/b.jpg",
                "{'image': 'a.png', 'conversations': [{'from': 'user', 'value': 'Q <img>'}]}|image-tag|turn 1 has"
                        + " <img>",
                "{'conversations': [{'from': 'system', 'value': 'S'}, {'from': 'user', 'value': '<img>\\n"
                        + "Q'}]}|image-tag|turn 2",
                "{'conversations': [{'from': 'user', 'value': '<video>\\nQ'}]}|image-tag|turn 1 has <video>",
                "{'instruction': '<!image_1!>Q', 'output': 'O'}|image-tag|<!image_1!>",
                "{'messages': [{'role': 'user', 'content': [{'type': 'text'}]}]}|part-form"
                        + "|turn 1 has a part of type text without its field text, {'type':'text'}",
                "{'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 5}]}]}|part-form|whose text is"
                        + " none",
                "{'messages': [{'role': 'user', 'content': [{'text': 'Q'}]}]}|part-form|a part without a type",
                "{'messages': [{'role': 'user', 'content': ['Q']}]}|part-form|a part 'Q'; a part must be an object",
                "{'messages': [{'role': 'user', 'content': [{'type': 'image', 'image': null}]}]}|image-form|names no"
                        + " file",
                "MESSAGES|row-form|this is a list of turns without a row around it: write {'messages'",
                "{'role': 'user', 'content': 'Q'}|row-form|this is a turn where a row belongs",
                "{'prompt': 'P', 'completion': 'C'}|row-form|prompt and completion are not read under these names",
                "{'conversation': [{'input': 'P', 'output': 'C'}]}|row-form|as xtuner and ms-swift have it",
                "{'text': 'T'}|row-form|a text alone has no question",
                "{'data': [1]}|row-form|are the rows inside?",
                "{'messages': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'A', 'weight': 0.5}]}"
                        + "|turn-weight|weight of turn 2 must be 0, for no loss, or 1, got 0.5",
                "{'messages': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content': 'A', 'weight': 0}]}"
                        + "|loss-none|every answer has weight 0",
                "{'system': ['S'], 'messages': MESSAGES}|text-form|system must be a text",
                "{'system': 'S', 'messages': [{'role': 'system', 'content': 'T'}]}|system-twice|says something else",
                "{'system': 'S <image>', 'messages': MESSAGES}|image-in-system|must not contain <image>",
                "{'instruction': 'I', 'output': 'O', 'history': 'H'}|history-form|must be a list of pairs",
                "{'instruction': 'I', 'output': 'O', 'history': [['Q']]}|history-form|two texts, got ['Q']",
                "{'instruction': 'I', 'output': 'O', 'history': [['Q', '']]}|answer-empty|an answer in history is empty"
            })
    void areRefusedByName(String row, String rule, String message) throws Exception {
        ConversationRows rows = read("[" + row + "]");

        assertThat(rows.rows()).isEmpty();
        assertThat(rows.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.message().replace('"', '\'')).contains(barred(message));
        });
    }

    @Test
    void emptyFieldsAndTextsAboutTagsAreNoReasonToRefuse() throws Exception {
        ConversationRows rows =
                read("[{'conversations': SAID, 'chosen': null, 'rejected': '', 'label': null, 'videos': [], 'objects':"
                        + " {}, 'tools': '[]', 'system': '', 'history': []},{'conversations': [{'from': 'human', 'value':"
                        + " 'What does the <img> tag do?'}, {'from': 'gpt', 'value': '<img src=x> shows a picture,"
                        + " <video><source></video> a film.'}]}]");

        assertThat(rows.findings()).isEmpty();
        assertThat(rows.rows()).hasSize(2);
        assertThat(rows.rows().get(0).conversation().system()).isNull();
        assertThat(rows.rows().get(0).conversation().tools()).isNull();
    }

    @Test
    void aFieldThatIsNotReadIsSaidOnce() throws Exception {
        ConversationRows rows =
                read("[{'id': 1, 'source': 's', 'category': 'c', 'conversations': SAID, 'persona': 'p'}, {'id': 2,"
                        + " 'conversations': SAID, 'persona': 'q'}, {'id': 3, 'messages': [{'role': 'user', 'content':"
                        + " 'Q', 'mood': 1}, {'role': 'assistant', 'content': 'A', 'name': 'x'}]}]");

        assertThat(rows.rows()).hasSize(3);
        assertThat(rows.findings()).extracting(Finding::rule).containsOnly("field-unread");
        assertThat(rows.findings()).extracting(Finding::severity).containsOnly(Severity.WARNING);
        assertThat(rows.findings())
                .extracting(Finding::message)
                .containsExactly(
                        "the field persona is not read; 2 rows have it", "the field a turn's mood is not read");
    }
}
