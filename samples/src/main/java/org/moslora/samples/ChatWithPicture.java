package org.moslora.samples;

import java.nio.file.Path;
import org.moslora.VisionLanguageModel;

/** Asks a model with an adapter about a picture: {@code ChatWithPicture MODEL ADAPTER PICTURE QUESTION}. */
public final class ChatWithPicture {
    private ChatWithPicture() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        System.out.println(answer(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), arguments[3]));
    }

    /** One answer; template and picture shape are as the adapter records. */
    static String answer(Path model, Path adapter, Path picture, String question) {
        try (VisionLanguageModel asked = VisionLanguageModel.open(model).with(adapter)) {
            return asked.ask(picture, question);
        }
    }
}
