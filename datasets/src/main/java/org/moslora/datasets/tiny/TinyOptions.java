package org.moslora.datasets.tiny;

import java.util.ArrayList;
import java.util.List;
import org.moslora.examples.text.ChatTemplate;

/**
 * How large a tiny LLaVA is. Widths are multiples of the number of their heads.
 *
 * @param seed of weights, pictures and questions
 * @param hidden width of the language model; its feed-forward part is twice as wide
 * @param layers of the language model
 * @param heads of the language model
 * @param keyValueHeads a divisor of heads; fewer is grouped-query attention
 * @param tied whether the head is the embedding table
 * @param visionHidden width of the tower; its feed-forward part is twice as wide
 * @param visionLayers of the tower, of which the last is not used, as in LLaVA-1.5
 * @param visionHeads of the tower
 * @param pictureSide in pixels, a multiple of the patch's
 * @param patchSide in pixels
 * @param template the conversations' spelling, whose tokens the tokenizer gets
 * @param trainPictures to learn from
 * @param testPictures held back
 */
public record TinyOptions(
        long seed,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        boolean tied,
        int visionHidden,
        int visionLayers,
        int visionHeads,
        int pictureSide,
        int patchSide,
        ChatTemplate template,
        int trainPictures,
        int testPictures) {
    private static final List<String> COMMON = List.of("<unk>", "<s>", "</s>", "<image>", "<pad>");

    /** One that learns to answer right within seconds on one core. */
    public static TinyOptions standard() {
        return new TinyOptions(0, 64, 2, 4, 2, false, 64, 3, 4, 28, 14, ChatTemplate.VICUNA_V1, 240, 48);
    }

    /** The same with another seed. */
    public TinyOptions withSeed(long other) {
        return with(other, template, trainPictures, testPictures);
    }

    /** The same with another number of pictures. */
    public TinyOptions withPictures(int train, int test) {
        return with(seed, template, train, test);
    }

    /** The same with another template. */
    public TinyOptions withTemplate(ChatTemplate other) {
        return with(seed, other, trainPictures, testPictures);
    }

    private TinyOptions with(long newSeed, ChatTemplate newTemplate, int train, int test) {
        return new TinyOptions(
                newSeed,
                hidden,
                layers,
                heads,
                keyValueHeads,
                tied,
                visionHidden,
                visionLayers,
                visionHeads,
                pictureSide,
                patchSide,
                newTemplate,
                train,
                test);
    }

    /** Image tokens of a picture. */
    int patches() {
        int side = pictureSide / patchSide;
        return side * side;
    }

    /** The special tokens, in the order of their ids. */
    List<String> specials() {
        List<String> tokens = new ArrayList<>(COMMON);
        switch (template) {
            case LLAMA3 ->
                tokens.addAll(List.of("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"));
            case GEMMA -> tokens.addAll(List.of("<bos>", "<start_of_turn>", "<end_of_turn>"));
            case CHATML, QWEN2_VL -> tokens.addAll(List.of("<|im_start|>", "<|im_end|>"));
            default -> {}
        }
        return tokens;
    }
}
