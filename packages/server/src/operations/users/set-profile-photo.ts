import { ability } from '../../kit/needs.ts'
import { photoAct } from '../../kit/photo-act.ts'
import { ownRefusals } from '../../people/refusals.ts'

export default photoAct({
  path: '/users/me/profile-photo',
  summary: 'Change or remove the photo of the account',
  media: { base64Name: 'photo_base64' },
  needs: { profile: ability('profile') },
  refusals: ownRefusals,
  set: ({ profile }, jpeg) => profile.setPhoto(jpeg),
})
