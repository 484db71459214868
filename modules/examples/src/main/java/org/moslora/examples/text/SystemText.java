package org.moslora.examples.text;

import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/** What a row wants to stand before its first turn: its system text, and the tools that it names. */
final class SystemText {
    private SystemText() {}

    /**
     * The text of the system turn, null for the template's own. Tools stand in it as Qwen's templates have them, without
     * how to call one: turns that do are not learnt.
     *
     * @throws InvalidInput naming the conversation, if the template has no place for what the row says
     */
    static @Nullable String of(Conversation conversation, ChatTemplate template) {
        String system = conversation.system();
        String tools = conversation.tools();
        if (system != null && !template.takesSystem()) {
            throw missing(
                    conversation, template, "a system text", "vicuna_v1, llama3, chatml, qwen2_vl, gemma and alpaca");
        } else if (tools == null) {
            return system;
        } else if (!template.hasSystemTurn()) {
            throw missing(conversation, template, "tools", "llama3, chatml and qwen2_vl");
        }
        String list = "# Tools\n\n<tools>\n" + tools + "\n</tools>";
        return system == null ? list : system + "\n\n" + list;
    }

    private static InvalidInput missing(Conversation conversation, ChatTemplate template, String what, String others) {
        return new InvalidInput(
                "conversation " + conversation.id(),
                "has " + what + ", for which template " + template.spelling() + " has no place; " + others
                        + " have one: choose one of them, or take the field out of the data");
    }
}
