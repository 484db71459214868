package org.moslora.examples.text;

/**
 * The prompts that go with rows of instruction, input and output: "Below is an instruction that describes a task…".
 * Alpaca's (Taori et al. 2023) is as alpaca-lora spells it. LLM-Adapters' (Hu et al. 2023, arXiv:2304.01933), with which
 * the paper's commonsense results were made, keeps the indentation of its source, and its two scripts differ in spaces:
 * one is trained on, the other answered.
 */
final class InstructionPrompt {
    private static final String ALONE = "Below is an instruction that describes a task. Write a response that"
            + " appropriately completes the request.";
    private static final String WITH_INPUT = "Below is an instruction that describes a task, paired with an input that"
            + " provides further context. Write a response that appropriately completes the request.";
    private static final String INDENT = " ".repeat(16);

    private InstructionPrompt() {}

    /** A round of Alpaca's; later rounds do not introduce themselves again. */
    static String alpaca(Turn turn, int round) {
        String head = round > 0 ? "\n" : turn.input().isEmpty() ? ALONE : WITH_INPUT;
        return spelt(head, "\n\n", "", turn);
    }

    /** What the script that trains spells. */
    static String trained(Turn turn) {
        String head = turn.input().isEmpty() ? ALONE + "  " : WITH_INPUT + " ";
        return spelt(head, "\n" + INDENT + "\n", INDENT, turn);
    }

    /** What the script that evaluates spells. */
    static String asked(Turn turn) {
        String head = turn.input().isEmpty() ? ALONE + " " : WITH_INPUT;
        return spelt(head, "\n\n", INDENT, turn);
    }

    private static String spelt(String head, String gap, String indent, Turn turn) {
        StringBuilder text = new StringBuilder(head).append("\n\n");
        section(text, "Instruction", turn.text(), indent).append(gap);
        if (!turn.input().isEmpty()) {
            section(text, "Input", turn.input(), indent).append(gap);
        }
        return section(text, "Response", "", indent).toString();
    }

    private static StringBuilder section(StringBuilder text, String name, String content, String indent) {
        return text.append(indent)
                .append("### ")
                .append(name)
                .append(":\n")
                .append(indent)
                .append(content);
    }
}
