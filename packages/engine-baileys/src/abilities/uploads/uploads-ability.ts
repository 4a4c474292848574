import { defineAbility } from '../define-ability.ts'

export const uploads = defineAbility('uploads', {
  upload: ({ uploader }, file) => uploader.upload(file),
  uploadOpenly: ({ uploader }, file) => uploader.uploadOpenly(file),
})
